import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The folder of the checkout or of the installed app, seen from this file: `src/cli` or `out/cli`, two levels down. */
export const root = join(import.meta.dirname, '../..')
const bundled = import.meta.filename.endsWith('main.js')

/** The process that starts git for an engine that lives on. */
export const starterFile = new URL(
  bundled ? '../engine/starter.js' : '../engine/process/starter-process.ts',
  import.meta.url,
)

/** What the engine needs from disk, in sources and in bundles. */
export const engineFiles = {
  moduleFile: join(root, 'build/wasm/wheelhouse.wasm.br'),
  wasmWorker: new URL(bundled ? '../engine/wasm-worker.js' : '../engine/wasm/worker.ts', import.meta.url),
}

export const rendererDir = join(root, 'out/renderer')

const packageFile = join(root, 'package.json')
export const version: string = existsSync(packageFile)
  ? (JSON.parse(readFileSync(packageFile, 'utf8')) as { readonly version: string }).version
  : '0.0.0'
