import { join } from 'node:path'
import react from '@vitejs/plugin-react'
import type { InlineConfig } from 'vite'

const root = join(import.meta.dirname, '..')

/** What whoever serves index.html replaces by a fresh value for each answer: styles are let in by it. */
export const noncePlaceholder = '__CSP_NONCE__'

/** Vite's configuration for the window: relative addresses, nothing inline, the editor in a chunk of its own. */
export function rendererConfig(): InlineConfig {
  return {
    configFile: false,
    envDir: false,
    root: join(root, 'renderer'),
    base: './',
    logLevel: 'warn',
    publicDir: join(root, 'renderer/public'),
    html: { cspNonce: noncePlaceholder },
    plugins: [react()],
    css: { modules: { generateScopedName: '[name]-[local]-[hash:5]' } },
    build: {
      outDir: join(root, 'out/renderer'),
      emptyOutDir: true,
      target: 'chrome140',
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      chunkSizeWarningLimit: 900,
      reportCompressedSize: false,
    },
  }
}
