// `npm start`: install what is missing, build what changed, open the app.
import { ensureInstalled, runWithOwnNode } from './install.mjs'

ensureInstalled()
// Ctrl+C goes to the whole group; this process waits for the child, which says goodbye itself.
process.on('SIGINT', () => undefined)
runWithOwnNode('build/start.ts', process.argv.slice(2))
