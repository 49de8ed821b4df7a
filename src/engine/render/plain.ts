import { AppError } from '#contract'
import type { Problem } from '#contract'
import { parseManifests } from '#core'
import type { Manifest } from '#core'
import type { Reader } from './reader.ts'
import { clean } from './reader.ts'

const maxFiles = 10_000

/**
 * Every *.yaml, *.yml and *.json below the folder, by path, as Argo CD's recursive directory source reads them; hidden files and kustomizations,
 * which are no objects, are left out. Ends with `CANCELLED` or `RENDER_TIMEOUT` between two files.
 */
export async function renderPlain(
  reader: Reader,
  request: {
    readonly path: string
    readonly namespace: string | undefined
    readonly timeoutMs: number
    readonly signal?: AbortSignal | undefined
  },
): Promise<{ readonly manifests: readonly Manifest[]; readonly problems: readonly Problem[] }> {
  const paths = (await findFiles(reader, clean(request.path))).toSorted()
  const manifests: Manifest[] = []
  const problems: Problem[] = []
  const started = performance.now()
  for (const path of paths) {
    if (request.signal?.aborted === true)
      throw new AppError('CANCELLED', { message: 'The render was cancelled.' })
    if (performance.now() - started > request.timeoutMs)
      throw new AppError('RENDER_TIMEOUT', {
        message: `${request.path}: reading took longer than ${request.timeoutMs / 1000} s and was ended.`,
        subject: request.path,
      })
    const found = await reader.look(path)
    if (found.kind !== 'file') continue
    const text = decode(found.bytes)
    if (text === undefined) {
      problems.push({ code: 'MANIFEST_INVALID', message: `${path} is not UTF-8 text.`, file: path })
      continue
    }
    const parsed = parseManifests(text, {
      file: path,
      ...(request.namespace === undefined ? {} : { defaultNamespace: request.namespace }),
    })
    manifests.push(...parsed.manifests)
    problems.push(...parsed.problems)
  }
  return { manifests, problems }
}

async function findFiles(reader: Reader, folder: string): Promise<readonly string[]> {
  const found = await reader.look(folder)
  if (found.kind !== 'dir') return []
  const visible = found.entries.filter(({ name }) => !name.startsWith('.'))
  const nested = await Promise.all(
    visible.map(({ name, kind }) => {
      const path = folder === '' ? name : `${folder}/${name}`
      if (kind === 'dir') return findFiles(reader, path)
      return Promise.resolve(isManifest(name) ? [path] : [])
    }),
  )
  const paths = nested.flat()
  if (paths.length > maxFiles)
    throw new AppError('RENDER_TOO_LARGE', {
      message: `${folder} has more than ${maxFiles} manifests.`,
      subject: folder,
    })
  return paths
}

function isManifest(name: string): boolean {
  return /\.(ya?ml|json)$/.test(name) && !/^kustomization\.ya?ml$/.test(name)
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (error) {
    if (error instanceof TypeError) return undefined
    throw error
  }
}
