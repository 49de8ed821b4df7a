import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { AppError } from '#contract'
import type { Oid } from '#contract'
import type { Place } from './place.ts'
import type { GitRunner } from './runner.ts'
import type { Signing } from './signing.ts'

/**
 * A draft's own object store beside the clone's: objects are written here, read from both. The user's repository holds nothing of a draft
 * until it is confirmed. Never push with `env` set: git then moves `origin/<branch>` to an object that the clone lacks.
 */
export type Quarantine = {
  readonly dir: string
  readonly env: Readonly<Record<string, string>>
  /** The same objects seen from an empty repository: no configuration, attributes, merge drivers or hooks of the clone apply. */
  readonly neutralEnv: Readonly<Record<string, string>>
  readonly discard: () => Promise<void>
}

/** `DISK_FULL`, `DISK_FAILED`. */
export async function openQuarantine(place: Place, parent: string): Promise<Quarantine> {
  const dir = await makeFolders(parent).catch((error: NodeJS.ErrnoException) => {
    const full = error.code === 'ENOSPC' || error.code === 'EDQUOT'
    throw new AppError(full ? 'DISK_FULL' : 'DISK_FAILED', {
      message: `${parent} cannot be written: ${error.code ?? error.message}.`,
      subject: parent,
      action: 'retry',
      retryable: true,
      cause: error,
    })
  })
  return quarantineAt(place, dir)
}

async function makeFolders(parent: string): Promise<string> {
  await mkdir(parent, { recursive: true })
  const dir = await mkdtemp(join(parent, 'draft-'))
  await mkdir(join(dir, 'objects', 'info'), { recursive: true })
  const neutral = join(dir, 'neutral.git')
  await mkdir(join(neutral, 'refs'), { recursive: true })
  await mkdir(join(neutral, 'objects'))
  await writeFile(join(neutral, 'HEAD'), 'ref: refs/heads/none\n')
  await writeFile(join(neutral, 'config'), '[core]\n\trepositoryformatversion = 0\n\tbare = true\n')
  return dir
}

/**
 * The quarantine of a draft whose process is gone. Each process has a folder of its own for them, side by side with ours. `DRAFT_GONE` when
 * it was cleaned up, or lies elsewhere.
 */
export function reopenQuarantine(place: Place, parent: string, dir: string): Quarantine {
  const folder = dirname(resolve(dir))
  const isOurs = folder === resolve(parent) || dirname(folder) === dirname(resolve(parent))
  if (!isOurs || !basename(dir).startsWith('draft-') || !existsSync(join(dir, 'objects')))
    throw new AppError('DRAFT_GONE', {
      message: `${dir}: the draft's objects are not there any more.`,
      subject: dir,
    })
  return quarantineAt(place, dir)
}

/** Removes every draft's folder but those to keep. */
export async function sweepQuarantines(parent: string, keep: ReadonlySet<string>): Promise<void> {
  const names = existsSync(parent) ? await readdir(parent) : []
  const gone = names.filter((name) => name.startsWith('draft-') && !keep.has(join(parent, name)))
  await Promise.all(gone.map((name) => rm(join(parent, name), { recursive: true, force: true })))
}

function quarantineAt(place: Place, dir: string): Quarantine {
  const env = {
    GIT_OBJECT_DIRECTORY: join(dir, 'objects'),
    GIT_ALTERNATE_OBJECT_DIRECTORIES: quotePath(join(place.commonDir, 'objects')),
  }
  return {
    dir,
    env,
    neutralEnv: { ...env, GIT_DIR: join(dir, 'neutral.git') },
    discard: () => rm(dir, { recursive: true, force: true }),
  }
}

/** The variable is a list: a path with its separator or a leading quote must be quoted as C. */
export function quotePath(path: string): string {
  return /[:;"\\]/.test(path) ? `"${path.replaceAll(/["\\]/g, String.raw`\$&`)}"` : path
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

/** A commit in the quarantine. `env` may name who commits; without it git's configuration does. */
export async function writeCommit(
  git: GitRunner,
  request: {
    readonly cwd: string
    readonly quarantine: Quarantine
    readonly tree: Oid
    readonly parents: readonly Oid[]
    readonly message: string
    readonly env?: Readonly<Record<string, string>>
    /** As Git is configured; `commit-tree` ignores commit.gpgsign by itself. The key's passphrase may be asked for. */
    readonly sign?: Signing | undefined
  },
): Promise<Oid> {
  const sign = request.sign === undefined ? [] : ['-S']
  const parents = request.parents.flatMap((parent) => ['-p', parent])
  return git.text(['commit-tree', ...sign, request.tree, ...parents, '-F', '-'], {
    cwd: request.cwd,
    env: { ...request.quarantine.env, ...request.env },
    input: request.message,
    mode: 'write',
    ...(request.sign === undefined
      ? {}
      : { asks: { command: 'Signing the commit', subject: request.sign.key } }),
  })
}

/** Copies everything that `commit` has over `base` into the user's object store: one pack, there as a whole or not at all. */
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
