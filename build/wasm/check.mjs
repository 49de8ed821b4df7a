// Proves that the committed module comes from the sources beside it: node build/wasm/check.mjs [--hashes]
// The hashes of sources and module are always compared; the bytes with a fresh build, where the same Go is there and --hashes is not given.
import { readFileSync } from 'node:fs'
import { brotliDecompressSync, constants } from 'node:zlib'
import { buildModule, digest, goVersion, moduleFile, readNote, sourceHash } from './module.mjs'

const note = readNote()
const committed = brotliDecompressSync(readFileSync(moduleFile), {
  params: { [constants.BROTLI_DECODER_PARAM_LARGE_WINDOW]: 1 },
})
if (note.source !== sourceHash()) {
  fail('build/wasm has changed since the module was built: run node build/wasm/build.mjs')
}
if (digest(committed) !== note.sha256) fail('The module is not the one that module.json describes.')
const go = goVersion()
if (process.argv.includes('--hashes')) {
  console.log('Sources and module are those that module.json describes.')
} else if (go !== note.go) {
  console.log(
    `The module was built with Go ${note.go}, here is ${go ?? 'none'}: hashes compared, not rebuilt.`,
  )
} else if (digest(buildModule()) !== note.sha256) {
  fail('The module does not come from these sources.')
} else {
  console.log('The module comes from these sources.')
}

function fail(text) {
  console.error(text)
  process.exit(1)
}
