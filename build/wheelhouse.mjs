// `npm run wheelhouse -- ...`: the command line from a checkout, unbuilt.
import { ensureInstalled, runWithOwnNode } from './install.mjs'

ensureInstalled()
runWithOwnNode('src/cli/main.ts', process.argv.slice(2))
