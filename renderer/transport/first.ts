import { z } from 'zod'

// Zod's compiled parsers need eval, which the page's policy forbids: even asking is reported as a violation. Imported first.
z.config({ jitless: true })
