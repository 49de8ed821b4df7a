import { AppError } from '#contract'
import type { CommandRun } from '#contract'
import type { Starter } from '../process/index.ts'
import { createLeftLocks } from './left-locks.ts'
import { createLockTakers } from './lock-takers.ts'
import { findPlace } from './place.ts'
import { sweepQuarantines } from './quarantine.ts'
import { createRepo } from './repo.ts'
import type { Repo } from './repo.ts'
import { createRunner, parseVersion } from './runner.ts'
import type { Asker } from './runner.ts'
import { openWithoutGit } from './without-git/repo.ts'

export { emptyTree, pathFilter } from './changed.ts'
export type { BlamedLine } from './blame.ts'
export type { FoundConflict } from './hard-paths.ts'
export type { BranchCommit } from './all-log.ts'
export type { Asker } from './runner.ts'
export type { DraftRoom } from './draft-room.ts'
export type { LeftLock } from './left-locks.ts'
export type { LandOrder, LandStep } from './land-order.ts'
export type { Merged } from './merged.ts'
export type { Message } from './message.ts'
export type { PushedBranch } from './push-branch.ts'
export type { PushTarget } from './push-target.ts'
export type { Need } from './missing.ts'
export type { Repo } from './repo.ts'
export type { TrackedBranch } from './refs.ts'
export type { LastCommit } from './take-back.ts'
export type { TreeEntry, TreeSource } from './tree.ts'
export type { Reversal, UndoResult } from './undo.ts'
export type { TreeEdit } from './write-tree.ts'
export { bytesOrSize, decodeText } from './file-diff.ts'
export { whyNotByHand } from './edit.ts'

export type GitOptions = {
  /** The executable; `git` on the environment's PATH unless told. */
  readonly gitPath?: string | undefined
  readonly env: Readonly<Record<string, string | undefined>>
  /** Folder for the quarantines of drafts: in the app's data, never in a clone. */
  readonly quarantines: string
  /** Folder for what is derived from clones and can be made again, likewise. */
  readonly caches: string
  /** Folder for the records of runs that take locks, likewise; without it a lock that one of them left is nobody's. */
  readonly records?: string | undefined
  readonly onRun?: ((run: CommandRun) => void) | undefined
  /** How long to wait before a locked repository is tried again; tests put their own in. */
  readonly delay?: ((ms: number, signal: AbortSignal | undefined) => Promise<void>) | undefined
  /** Starts what reads from a small process (see process/starter.ts); this process does without it. */
  readonly starter?: Starter | undefined
  /** How git and ssh ask the operator; without it they never do. */
  readonly asker?: Asker | undefined
}

/**
 * The user's git. `open` answers the same `Repo` for the same clone until it is closed. On a machine without git it answers one that reads
 * (see without-git/repo.ts); each `open` looks for git anew.
 */
export type Git = {
  /** `2.39`; `GIT_MISSING`, `GIT_TOO_OLD`. */
  readonly version: () => Promise<string>
  /** `REPO_MISSING`, `REPO_NOT_GIT`, `REPO_DUBIOUS`, `REPO_UNSUPPORTED`; `REPO_NEEDS_GIT` without git. Nothing that the repository names is run. */
  readonly open: (path: string) => Promise<Repo>
  /** Removes the folders of drafts that nobody needs any more; `keep` has the `dir` of those that may be resumed. */
  readonly sweep: (keep: ReadonlySet<string>) => Promise<void>
  readonly close: () => void
}

export function createGit(options: GitOptions): Git {
  const takers = options.records === undefined ? undefined : createLockTakers(options.records, Date.now)
  const locks = takers === undefined ? undefined : { takers, left: createLeftLocks(takers) }
  const { env, delay, starter } = options
  const ports = { locks, gitPath: options.gitPath ?? 'git', env, delay, starter }
  const runner = createRunner({ ...ports, onRun: options.onRun, asker: options.asker })
  const quiet = createRunner(ports)
  const repos = new Map<string, { readonly version: string; readonly repo: Repo }>()
  // Asked each time: git is upgraded, replaced and removed while we run, and what it can do is decided by this.
  const readVersion = () => runner.text(['version'], { cwd: '.' }).then(parseVersion)
  const readOnly = new Map<string, Repo>()
  const openToRead = async (path: string) => {
    const opened = await openWithoutGit(path)
    const known = readOnly.get(opened.path) ?? opened
    readOnly.set(opened.path, known)
    return known
  }
  const open = async (path: string) => {
    const asked = readVersion()
    // Where there is no place to open, that is the answer.
    asked.catch(() => undefined)
    const place = await findPlace(runner, path).catch(unlessMissing)
    if (place === undefined) return openToRead(path)
    const number = await asked
    const version = number.join('.')
    const known = repos.get(place.path)
    if (known?.version === version) return known.repo
    const leftLocks = locks?.left
    const repo = createRepo(runner, place, { ...options, quiet, version: number, leftLocks })
    repos.set(place.path, { version, repo })
    return repo
  }
  return {
    version: async () => (await readVersion()).join('.'),
    open,
    sweep: (keep) => sweepQuarantines(options.quarantines, keep),
    close: () => {
      for (const { repo } of repos.values()) repo.close()
      for (const repo of readOnly.values()) repo.close()
      repos.clear()
      readOnly.clear()
    },
  }
}

function unlessMissing(error: unknown): undefined {
  if (!(error instanceof AppError) || error.code !== 'GIT_MISSING') throw error
}
