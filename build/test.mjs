// `npm test`: install what is missing, then run every layer.
import { ensureInstalled, runWithOwnNode } from './install.mjs'

ensureInstalled()
runWithOwnNode('test/main.ts', process.argv.slice(2))
