import { join } from 'node:path'
import type { InlineConfig } from 'vite'
import { rendererConfig } from './renderer.config.ts'

export const root = join(import.meta.dirname, '..')
export const out = join(root, 'out')

type NodeTarget = {
  readonly name: string
  readonly entry: string
  readonly file: string
  readonly format?: 'es' | 'cjs'
}

/**
 * One bundle per process. Workers are entries of their own, since a bundled worker cannot find a source file; the preload is
 * CommonJS because a sandboxed one must be.
 */
const nodeTargets: readonly NodeTarget[] = [
  { name: 'main', entry: 'electron/main.ts', file: 'main/main.js' },
  { name: 'preload', entry: 'electron/preload.ts', file: 'main/preload.cjs', format: 'cjs' },
  { name: 'engine', entry: 'electron/engine.ts', file: 'engine/engine.js' },
  { name: 'wasm worker', entry: 'src/engine/wasm/worker.ts', file: 'engine/wasm-worker.js' },
  { name: 'starter', entry: 'src/engine/process/starter-process.ts', file: 'engine/starter.js' },
  { name: 'cluster process', entry: 'src/demo/cluster-process.ts', file: 'engine/cluster-process.js' },
  { name: 'command line', entry: 'src/cli/main.ts', file: 'cli/main.js' },
]

/** What the build makes, in order: name for the progress line and vite's inline configuration. */
export function buildTargets(): readonly { readonly name: string; readonly config: InlineConfig }[] {
  return [{ name: 'renderer', config: rendererConfig() }, ...nodeTargets.map(toTarget)]
}

function toTarget(target: NodeTarget): { readonly name: string; readonly config: InlineConfig } {
  const format = target.format ?? 'es'
  return {
    name: target.name,
    config: {
      configFile: false,
      envDir: false,
      root,
      logLevel: 'warn',
      publicDir: false,
      ssr: { noExternal: true, target: 'node' },
      build: {
        ssr: join(root, target.entry),
        outDir: join(out, target.file, '..'),
        emptyOutDir: false,
        minify: true,
        target: 'node24',
        rolldownOptions: {
          external: ['electron'],
          output: {
            format,
            // CommonJS packages that are bundled into a module ask for their own place.
            ...(format === 'es'
              ? { banner: 'const __filename = import.meta.filename, __dirname = import.meta.dirname;' }
              : {}),
            entryFileNames: target.file.split('/').at(-1) ?? target.file,
            codeSplitting: format === 'es',
          },
        },
      },
    },
  }
}
