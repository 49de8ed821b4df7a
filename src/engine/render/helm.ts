import { AppError } from '#contract'
import type { WasmPool } from '../wasm/index.ts'
import { clean } from './reader.ts'
import type { Reader } from './reader.ts'
import { defaultApiVersions, defaultKubeVersion } from './capabilities.ts'
import { withPlace } from './template-place.ts'

export type HelmOptions = {
  readonly releaseName: string
  readonly namespace: string
  /** Paths in the repository; later ones win. */
  readonly valuesFiles: readonly string[]
  /** Over all values files. */
  readonly values?: Readonly<Record<string, unknown>>
  readonly kubeVersion?: string
  readonly apiVersions?: readonly string[]
}

type Request = {
  readonly path: string
  readonly helm: HelmOptions
  /** Paths of a former render, sent along at once. */
  readonly expected: readonly string[]
  readonly timeoutMs: number
  readonly signal?: AbortSignal | undefined
}

/** Result of the Go side; `shuffles`: a template draws random numbers in a way that the clock and randomness of the host do not show. */
type Result = { readonly yaml: string; readonly shuffles: boolean }

const maxNames = 5_000
/** More than a year, and another time of the day: whatever a template prints of the time, it prints differently. */
const laterMs = (400 * 24 * 60 * 60 + 5 * 60 * 60 + 7 * 60 + 13) * 1000

/** `helm template --include-crds` of a chart. `RENDER_NOT_STABLE` where a second render, at another time, differs. */
export async function renderHelm(wasm: WasmPool, reader: Reader, request: Request): Promise<string> {
  const root = clean(request.path)
  const names = await findNames(reader, root)
  if (!names.includes('Chart.yaml'))
    throw new AppError('RENDER_PATH_MISSING', {
      message: `${request.path} holds no chart.`,
      subject: request.path,
    })
  const { helm } = request
  const values = await Promise.all(helm.valuesFiles.map((path) => readValues(reader, path)))
  if (helm.values !== undefined) values.push({ path: 'values', text: JSON.stringify(helm.values) })
  const files = new Map<string, string>()
  const add = async (name: string) => {
    const found = await reader.look(join(root, name))
    if (found.kind === 'file') files.set(name, Buffer.from(found.bytes).toString('base64'))
  }
  const known = new Set(names)
  const expected = request.expected.map((path) => (root === '' ? path : path.slice(root.length + 1)))
  await Promise.all(expected.filter((name) => known.has(name)).map(add))
  const call = (nowMs: number) =>
    wasm.call(
      'helm',
      {
        names,
        files: Object.fromEntries(files),
        values,
        release: helm.releaseName,
        namespace: helm.namespace,
        kubeVersion: helm.kubeVersion ?? defaultKubeVersion,
        apiVersions: helm.apiVersions ?? defaultApiVersions,
      },
      { timeoutMs: request.timeoutMs, signal: request.signal, nowMs },
    )
  const nowMs = Date.now()
  let answer = await call(nowMs).catch(withPlace(root, names))
  while ('missing' in answer) {
    await Promise.all(answer.missing.map(add))
    answer = await call(nowMs).catch(withPlace(root, names))
  }
  await reader.keepOnly([...answer.read.map((name) => join(root, name)), ...helm.valuesFiles], [])
  const { yaml, shuffles } = answer.result as Result
  if (!answer.impure && !shuffles) return yaml
  const second = await call(nowMs + laterMs)
  if ('result' in second && (second.result as Result).yaml === yaml) return yaml
  throw new AppError('RENDER_NOT_STABLE', {
    message: `${request.path}: two renders of the same chart and values differ.`,
    subject: request.path,
  })
}

/** Everything in the chart's folder, relative to it; folders end with a slash. What .helmignore leaves out of it is for Helm's own code. */
async function findNames(reader: Reader, root: string): Promise<string[]> {
  const names: string[] = []
  const walk = async (folder: string): Promise<void> => {
    const found = await reader.look(join(root, folder))
    if (found.kind !== 'dir') return
    for (const { name, kind } of found.entries) {
      const path = join(folder, name)
      const isFolder = kind === 'dir' || (kind === 'symlink' && (await reader.isFolder(join(root, path))))
      names.push(isFolder ? `${path}/` : path)
      if (names.length > maxNames)
        throw new AppError('RENDER_TOO_LARGE', {
          message: `${root} has more than ${maxNames} files.`,
          subject: root,
        })
      if (isFolder) await walk(path)
    }
  }
  await walk('')
  return names
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
  return { path, text: new TextDecoder().decode(found.bytes) }
}

function join(folder: string, name: string): string {
  if (folder === '') return name
  return name === '' ? folder : `${folder}/${name}`
}
