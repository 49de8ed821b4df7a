// What build.mjs and check.mjs share: how the module is built, and the hash of what it is built from. Plain Node 20.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))

export const noteFile = join(here, 'module.json')
export const moduleFile = join(here, 'wheelhouse.wasm.br')

// `buildMetadata: [managedByLabel]` prints the version of kustomize, `.Capabilities.HelmVersion` that of Helm.
const ldflags = [
  '-s -w',
  '-X sigs.k8s.io/kustomize/api/provenance.version=v5.8.1',
  '-X helm.sh/helm/v3/internal/version.version=v3.22.0',
].join(' ')

/** Version of Go on the PATH, or undefined. */
export function goVersion() {
  try {
    return /go(\d\S+)/.exec(execFileSync('go', ['version'], { encoding: 'utf8', cwd: here }))?.[1]
  } catch (error) {
    if (error.code === 'ENOENT') return undefined
    throw error
  }
}

/** The module's bytes; equal sources and an equal Go give equal bytes, wherever they lie. */
export function buildModule() {
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

/** Of everything that decides the bytes: Go sources, module files, and this file with its flags. */
export function sourceHash() {
  const hash = createHash('sha256')
  const walk = (folder) =>
    readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() ? walk(join(folder, entry.name)) : [join(folder, entry.name)],
    )
  for (const file of walk(here)
    .filter((name) => /\.go$|go\.(mod|sum)$|module\.mjs$/.test(name))
    .sort()) {
    hash.update(`${relative(here, file).replaceAll('\\', '/')}\0`).update(readFileSync(file))
  }
  return hash.digest('hex')
}

export function readNote() {
  return JSON.parse(readFileSync(noteFile, 'utf8'))
}

export function digest(bytes) {
  return createHash('sha256').update(bytes).digest('hex')
}
