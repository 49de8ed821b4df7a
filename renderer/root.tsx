import { MantineProvider } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { Frame } from './features/frame/frame.tsx'
import type { Stores } from './stores/stores.ts'
import { theme } from './theme/theme.ts'
import { cspNonce } from './ui/csp-nonce.ts'
import { StoresContext, useWorkspace } from './ui/use-stores.ts'

/** The window: stores, theme, frame. */
export function Root({ stores }: { readonly stores: Stores }) {
  return (
    <StoresContext value={stores}>
      <Themed />
    </StoresContext>
  )
}

function Themed() {
  const chosen = useWorkspace().settings?.theme ?? 'system'
  const dark = useMediaQuery('(prefers-color-scheme: dark)', false, { getInitialValueInEffect: false })
  const system = dark ? 'dark' : 'light'
  return (
    <MantineProvider
      theme={theme}
      forceColorScheme={chosen === 'system' ? system : chosen}
      getStyleNonce={cspNonce}
      deduplicateCssVariables
    >
      <Frame />
    </MantineProvider>
  )
}
