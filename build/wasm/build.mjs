// Builds the WebAssembly module with Go 1.26 and compresses it: node build/wasm/build.mjs [--quick] [--check]
// --quick: light compression, for trying things. --check: builds and compares with module.json, writes nothing.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { brotliCompressSync, constants } from 'node:zlib'

const here = import.meta.dirname ?? new URL('.', import.meta.url).pathname
const noteFile = join(here, 'module.json')
const moduleFile = join(here, 'wheelhouse.wasm.br')

// `buildMetadata: [managedByLabel]` prints the version of kustomize.
const ldflags = '-s -w -X sigs.k8s.io/kustomize/api/provenance.version=v5.8.1'
const go = /go(\d\S+)/.exec(execFileSync('go', ['version'], { encoding: 'utf8' }))?.[1] ?? 'none'
const source = sourceHash()
const note = readNote()

if (process.argv.includes('--check')) {
  if (note.source !== source)
    fail('build/wasm has changed since the module was built: run node build/wasm/build.mjs')
  if (note.go !== go) {
    console.log(`The module was built with Go ${note.go}, here is ${go}: sources compared, binary not.`)
  } else if (digest(build()) !== note.sha256) {
    fail('The module does not come from these sources.')
  }
  console.log('The module comes from these sources.')
} else {
  const wasm = build()
  const quick = process.argv.includes('--quick')
  const compressed = brotliCompressSync(wasm, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: quick ? 4 : 11,
      [constants.BROTLI_PARAM_LGWIN]: 24,
      [constants.BROTLI_PARAM_SIZE_HINT]: wasm.length,
    },
  })
  writeFileSync(moduleFile, compressed)
  writeFileSync(
    noteFile,
    `${JSON.stringify({ source, go, sha256: digest(wasm), bytes: wasm.length, compressed: compressed.length }, null, 2)}\n`,
  )
  console.log(`${wasm.length} bytes, compressed ${compressed.length}`)
}

function build() {
  const folder = mkdtempSync(join(tmpdir(), 'wheelhouse-wasm-'))
  const file = join(folder, 'module.wasm')
  try {
    execFileSync(
      'go',
      ['build', '-buildmode=c-shared', '-trimpath', '-buildvcs=false', '-ldflags', ldflags, '-o', file, '.'],
      {
        cwd: here,
        stdio: 'inherit',
        env: { ...process.env, GOOS: 'wasip1', GOARCH: 'wasm', CGO_ENABLED: '0', GOFLAGS: '' },
      },
    )
    return readFileSync(file)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function sourceHash() {
  const hash = createHash('sha256')
  const walk = (folder) =>
    readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() ? walk(join(folder, entry.name)) : [join(folder, entry.name)],
    )
  for (const file of walk(here)
    .filter((name) => /\.go$|go\.(mod|sum)$/.test(name))
    .sort()) {
    hash.update(`${relative(here, file).replaceAll('\\', '/')}\0`).update(readFileSync(file))
  }
  return hash.digest('hex')
}

function readNote() {
  try {
    return JSON.parse(readFileSync(noteFile, 'utf8'))
  } catch (error) {
    if (error.code === 'ENOENT') return {}
    throw error
  }
}

function digest(bytes) {
  return createHash('sha256').update(bytes).digest('hex')
}

function fail(text) {
  console.error(text)
  process.exit(1)
}
