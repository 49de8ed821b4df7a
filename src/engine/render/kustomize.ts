import { AppError } from '#contract'
import type { WasmPool } from '../wasm/index.ts'
import { clean } from './reader.ts'
import type { Reader } from './reader.ts'

const maxRounds = 60

/** `kustomize build` of a folder. Nobody knows beforehand what an overlay reads: it is run again until nothing it asks for is missing. */
export async function renderKustomize(
  wasm: WasmPool,
  reader: Reader,
  request: {
    readonly path: string
    /** Paths of a former render: read at once instead of one round after the other. */
    readonly expected: readonly string[]
    readonly timeoutMs: number
    readonly signal?: AbortSignal | undefined
  },
): Promise<string> {
  const files: Record<string, string> = {}
  const dirs: Record<string, readonly string[]> = {}
  const absent = new Set<string>()
  const add = async (path: string): Promise<void> => {
    const found = await reader.look(path)
    if (found.kind === 'absent') absent.add(path)
    else if (found.kind === 'file') files[path] = Buffer.from(found.bytes).toString('base64')
    else dirs[path] = found.entries.map(({ name }) => name)
  }
  const first = [clean(request.path), ...request.expected].map((path) => `/${path}`)
  // The folder of each, so that what is not in it is known; those above are asked for where they matter: one may hold hundreds of apps.
  await Promise.all([...new Set([...first, ...first.flatMap((path) => parents(path).slice(-1))])].map(add))
  for (let round = 0; round < maxRounds; round++) {
    const answer = await wasm
      .call('kustomize', { path: request.path, files, dirs, absent: [...absent] }, request)
      .catch(withoutLiterals)
    if ('result' in answer) {
      await reader.keepOnly(answer.read, answer.absent)
      return (answer.result as { readonly yaml: string }).yaml
    }
    await Promise.all(answer.missing.map(add))
    await Promise.all(
      answer.missing
        .flatMap(parents)
        .filter((dir) => dirs[dir] === undefined)
        .map(add),
    )
  }
  throw new AppError('RENDER_TOO_LARGE', {
    message: `${request.path} names files in more than ${maxRounds} steps.`,
    subject: request.path,
  })
}

/** Folders above a path: with their names known, what is not in them need not be asked for. */
function parents(path: string): readonly string[] {
  const parts = path.split('/').slice(1, -1)
  return parts.map((_, index) => `/${parts.slice(0, index + 1).join('/')}`)
}

/** Kustomize quotes a literal or a line of an env file that it cannot read: of a secretGenerator, that is a secret. */
function withoutLiterals(error: unknown): never {
  if (!(error instanceof AppError)) throw error
  const message = error.message
    .replace(/(literal sources )\[[\s\S]*\](?=: )/, '$1[hidden]')
    .replace(/(invalid literal source )[\s\S]*?(, expected key=value)/g, '$1(hidden)$2')
    .replace(/"[^"\n]*"( is not a valid key name)/g, '(hidden)$1')
  throw message === error.message ? error : new AppError(error.code, { message, cause: error.cause })
}
