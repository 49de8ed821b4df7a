import { z } from 'zod'
import { cspNonce } from '../ui/csp-nonce.ts'

// Imported before everything else: what runs at its own import finds both in place.

// Zod's compiled parsers need eval, which the page's policy forbids: even asking is reported as a violation.
z.config({ jitless: true })

// A dialog's scroll lock inserts a style; this global is where its library looks for the nonce.
Object.assign(globalThis, { __webpack_nonce__: cspNonce() })
