import { buildAll } from './build.ts'
import { runTool } from './command.ts'

// `npm run dist`: the installers of this platform; `npm run dist -- --dir` only the unpacked app.

await buildAll({ force: true })
process.exitCode = await runTool('electron-builder', ['--publish', 'never', ...process.argv.slice(2)])
