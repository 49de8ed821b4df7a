import { AppError } from '#contract'
import type { WasmPool } from '../wasm/index.ts'
import { clean } from './reader.ts'
import type { Reader } from './reader.ts'
import { defaultApiVersions, defaultKubeVersion } from './capabilities.ts'
import { parseIgnore } from './helm-ignore.ts'

export type HelmOptions = {
  readonly releaseName: string
  readonly namespace: string
  /** Paths in the repository; later ones win. */
  readonly valuesFiles: readonly string[]
  readonly kubeVersion?: string
  readonly apiVersions?: readonly string[]
}

type Request = {
  readonly path: string
  readonly helm: HelmOptions
  readonly timeoutMs: number
  readonly signal?: AbortSignal | undefined
}

const maxFiles = 5_000
/** Functions that give another result each time: a chart that uses one is rendered twice and compared. */
const unstable =
  /\b(rand(AlphaNum|Alpha|Numeric|Ascii|Bytes|Int)|gen(PrivateKey|CA|CAWithKey|SelfSignedCert\w*|SignedCert\w*)|uuidv4|now|ago|htpasswd|bcrypt|derivePassword|shuffle)\b/

/** `helm template --include-crds` of a chart. `RENDER_NOT_STABLE` where two renders differ. */
export async function renderHelm(wasm: WasmPool, reader: Reader, request: Request): Promise<string> {
  const files = await chartFiles(reader, request.path)
  if (files.size === 0 || !files.has('Chart.yaml'))
    throw new AppError('RENDER_PATH_MISSING', {
      message: `${request.path} holds no chart.`,
      subject: request.path,
    })
  const values = await Promise.all(request.helm.valuesFiles.map((path) => readValues(reader, path)))
  const call = {
    files: Object.fromEntries(
      [...files].map(([name, bytes]) => [name, Buffer.from(bytes).toString('base64')]),
    ),
    values,
    release: request.helm.releaseName,
    namespace: request.helm.namespace,
    kubeVersion: request.helm.kubeVersion ?? defaultKubeVersion,
    apiVersions: request.helm.apiVersions ?? defaultApiVersions,
  }
  const first = await render(wasm, call, request)
  if (![...files].some(([name, bytes]) => name.includes('templates/') && unstable.test(decode(bytes))))
    return first
  if ((await render(wasm, call, request)) === first) return first
  throw new AppError('RENDER_NOT_STABLE', {
    message: `${request.path}: two renders of the same chart and values differ.`,
    subject: request.path,
  })
}

async function render(wasm: WasmPool, call: unknown, request: Request): Promise<string> {
  const answer = await wasm.call('helm', call, request)
  return 'result' in answer ? (answer.result as { readonly yaml: string }).yaml : ''
}

/** All files of the chart, less what its .helmignore names and the values of its environments. */
async function chartFiles(reader: Reader, path: string): Promise<ReadonlyMap<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>()
  const root = clean(path)
  const ignoreFile = await reader.look(join(root, '.helmignore'))
  const ignored = parseIgnore(ignoreFile.kind === 'file' ? decode(ignoreFile.bytes) : '')
  const walk = async (folder: string): Promise<void> => {
    const found = await reader.look(join(root, folder))
    if (found.kind !== 'dir') return
    for (const entry of found.entries) {
      const name = join(folder, entry.name)
      if (ignored(name, entry.kind === 'dir')) continue
      // Values of other environments beside the chart's own would make each of them an input of every other.
      if (folder === '' && /^values[-_.].+\.ya?ml$/.test(entry.name)) continue
      if (entry.kind === 'dir') await walk(name)
      else await add(name)
    }
  }
  const add = async (name: string): Promise<void> => {
    const found = await reader.look(join(root, name))
    if (found.kind === 'dir') return walk(name)
    if (found.kind === 'file') files.set(name, found.bytes)
    if (files.size > maxFiles)
      throw new AppError('RENDER_TOO_LARGE', {
        message: `${path} has more than ${maxFiles} files.`,
        subject: path,
      })
  }
  await walk('')
  return files
}

async function readValues(
  reader: Reader,
  path: string,
): Promise<{ readonly path: string; readonly text: string }> {
  const found = await reader.look(path)
  if (found.kind !== 'file')
    throw new AppError('RENDER_PATH_MISSING', {
      message: `${path}: the values file is not in this commit.`,
      subject: path,
    })
  return { path, text: decode(found.bytes) }
}

function join(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes)
}
