import './transport/first.ts'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import './theme/mantine.css'
import './theme/tokens.css'
import { createLink } from './api.ts'
import { Root } from './root.tsx'
import { createStores } from './stores/stores.ts'

const place = document.getElementById('root')
if (place === null) throw new Error('index.html has no #root')

const stores = createStores(createLink(window), window)
createRoot(place).render(
  <StrictMode>
    <Root stores={stores} />
  </StrictMode>,
)
