import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '#contract'
import type { Oid } from '#contract'
import type { Place } from './place.ts'
import type { GitRunner } from './runner.ts'

/**
 * A draft's own object store beside the clone's: objects are written here, read from both. The user's repository holds nothing of a draft
 * until it is confirmed. Never push with `env` set: git then moves `origin/<branch>` to an object that the clone lacks.
 */
export type Quarantine = {
  readonly dir: string
  readonly env: Readonly<Record<string, string>>
  readonly discard: () => Promise<void>
}

export async function openQuarantine(place: Place, parent: string): Promise<Quarantine> {
  await mkdir(parent, { recursive: true })
  const dir = await mkdtemp(join(parent, 'draft-'))
  const objects = join(dir, 'objects')
  await mkdir(join(objects, 'info'), { recursive: true })
  return {
    dir,
    env: {
      GIT_OBJECT_DIRECTORY: objects,
      GIT_ALTERNATE_OBJECT_DIRECTORIES: quotePath(join(place.commonDir, 'objects')),
    },
    discard: () => rm(dir, { recursive: true, force: true }),
  }
}

/** The variable is a list: a path with its separator or a leading quote must be quoted as C. */
function quotePath(path: string): string {
  return /[:;"\\]/.test(path) ? `"${path.replaceAll(/["\\]/g, String.raw`\$&`)}"` : path
}

export type TreeEdit = { readonly path: string; readonly mode: string; readonly oid: Oid }

const gone = '0'.repeat(40)

/** `base`'s tree with these entries set (mode `000000` = removed), by a private index: exact for odd names, untouched user's index. */
export async function writeTree(
  git: GitRunner,
  request: {
    readonly cwd: string
    readonly quarantine: Quarantine
    readonly base: Oid
    readonly edits: readonly TreeEdit[]
  },
): Promise<Oid> {
  const { cwd, quarantine, base, edits } = request
  const env = { ...quarantine.env, GIT_INDEX_FILE: join(quarantine.dir, 'index') }
  const call = { cwd, env, mode: 'write' as const }
  await git.run(['read-tree', base], call)
  const removed = edits.filter(({ mode }) => mode === '000000')
  const set = edits.filter(({ mode }) => mode !== '000000')
  // Removals first: a file may become a folder.
  const lines = [
    ...removed.map(({ path }) => `0 ${gone}\t${path}\0`),
    ...set.map(({ mode, oid, path }) => `${mode} ${oid}\t${path}\0`),
  ]
  if (lines.length > 0)
    await git.run(['update-index', '-z', '--index-info'], { ...call, input: lines.join('') })
  return git.text(['write-tree'], call)
}

/** Writes bytes as they are: no filters, no line-end conversion. */
export async function writeBlob(
  git: GitRunner,
  cwd: string,
  quarantine: Quarantine,
  bytes: Uint8Array,
): Promise<Oid> {
  return git.text(['hash-object', '-w', '--no-filters', '--stdin'], {
    cwd,
    env: quarantine.env,
    input: bytes,
    mode: 'write',
  })
}

/** A commit in the quarantine. The user's signing configuration is honoured by refusing: an unsigned commit must not slip in. */
export async function writeCommit(
  git: GitRunner,
  request: {
    readonly cwd: string
    readonly quarantine: Quarantine
    readonly tree: Oid
    readonly parents: readonly Oid[]
    readonly message: string
  },
): Promise<Oid> {
  const args = [
    'commit-tree',
    request.tree,
    ...request.parents.flatMap((parent) => ['-p', parent]),
    '-F',
    '-',
  ]
  return git.text(args, {
    cwd: request.cwd,
    env: request.quarantine.env,
    input: request.message,
    mode: 'write',
  })
}

export async function refuseSigning(git: GitRunner, cwd: string): Promise<void> {
  if ((await git.text(['config', '--bool', '--get', 'commit.gpgsign'], { cwd, expect: [0, 1] })) !== 'true')
    return
  throw new AppError('GIT_SIGNING_UNSUPPORTED', {
    message: `${cwd}: commit.gpgsign is on, and commits are not signed here yet.`,
    subject: cwd,
  })
}

/** Copies everything that `commit` has over `base` into the user's object store. */
export async function adoptObjects(
  git: GitRunner,
  cwd: string,
  quarantine: Quarantine,
  commits: { readonly commit: Oid; readonly base: Oid },
): Promise<void> {
  const pack = await git.run(['pack-objects', '--revs', '--stdout', '--thin', '-q'], {
    cwd,
    env: quarantine.env,
    input: `${commits.commit}\n^${commits.base}\n`,
    mode: 'write',
  })
  await git.run(['index-pack', '--stdin', '--fix-thin'], { cwd, input: pack.stdout, mode: 'write' })
}
