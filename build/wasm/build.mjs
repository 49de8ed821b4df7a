// Builds the WebAssembly module with Go 1.26 and compresses it (two minutes): node build/wasm/build.mjs [--quick]
// --quick: light compression, for trying things.
import { renameSync, writeFileSync } from 'node:fs'
import { brotliCompressSync, constants } from 'node:zlib'
import { buildModule, digest, goVersion, moduleFile, noteFile, sourceHash } from './module.mjs'

const go = goVersion()
if (go === undefined) {
  console.error('Building the WebAssembly module needs Go 1.26 on the PATH.')
  process.exit(1)
}
const source = sourceHash()
const wasm = buildModule()
const compressed = brotliCompressSync(wasm, {
  params: {
    [constants.BROTLI_PARAM_QUALITY]: process.argv.includes('--quick') ? 4 : 11,
    [constants.BROTLI_PARAM_LGWIN]: 24,
    [constants.BROTLI_PARAM_SIZE_HINT]: wasm.length,
  },
})
const note = { source, go, sha256: digest(wasm), bytes: wasm.length, compressed: compressed.length }
replace(moduleFile, compressed)
replace(noteFile, `${JSON.stringify(note, null, 2)}\n`)
console.log(`${wasm.length} bytes, compressed ${compressed.length}`)

/** Whoever reads it meanwhile sees the old file or the new one. */
function replace(file, content) {
  writeFileSync(`${file}.new`, content)
  renameSync(`${file}.new`, file)
}
