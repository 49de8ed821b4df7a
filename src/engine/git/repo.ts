import { join } from 'node:path'
import { AppError } from '#contract'
import type { Commit, FileDiff, Oid } from '#contract'
import { createCatFile } from './cat-file.ts'
import { createCatFs } from './cat-fs.ts'
import { readChangedPaths } from './changed.ts'
import type { ChangedPath } from './changed.ts'
import { commitFormat, parseCommit, plain } from './commit.ts'
import { draftRoom } from './draft-room.ts'
import type { DraftRoom } from './draft-room.ts'
import { fetchRemote, readNetworkCommands } from './fetch.ts'
import { fastForward } from './fast-forward.ts'
import type { FastForward } from './fast-forward.ts'
import { readFileDiffs } from './file-diff.ts'
import { readIdentity } from './identity.ts'
import type { Identity } from './identity.ts'
import { landHeld, release } from './land.ts'
import type { LandRequest } from './land.ts'
import { readLog } from './log.ts'
import type { LogRequest } from './log.ts'
import type { Place } from './place.ts'
import { readBranches, readHead, readRef, readRemote, readTracked } from './refs.ts'
import type { Tip, TrackedBranch } from './refs.ts'
import type { GitRunner } from './runner.ts'
import { createObjectReader, createTreeSource } from './tree.ts'
import type { TreeSource } from './tree.ts'
import { watchRefs } from './watch.ts'

/** One open clone. Every method that takes a commit takes a full oid; names are resolved once, at the door. */
export type Repo = {
  readonly path: string
  readonly head: () => Promise<Tip>
  readonly branches: () => Promise<readonly string[]>
  readonly remote: (branch: string) => Promise<{ readonly name: string; readonly url: string } | undefined>
  /** `BRANCH_MISSING`, `REPO_EMPTY`. */
  readonly tracked: (branch: string) => Promise<TrackedBranch>
  /** Any revision -> commit; `COMMIT_MISSING`. */
  readonly resolve: (revision: string) => Promise<Oid>
  readonly commit: (oid: Oid) => Promise<Commit>
  readonly message: (oid: Oid) => Promise<string>
  readonly log: (request: LogRequest) => AsyncGenerator<Commit>
  readonly isAncestor: (ancestor: Oid, of: Oid) => Promise<boolean>
  readonly tree: (commit: Oid) => Promise<TreeSource>
  /** Paths that differ, without rename detection. */
  readonly changed: (from: Oid, to: Oid, paths?: readonly string[]) => Promise<readonly ChangedPath[]>
  readonly files: (from: Oid, to: Oid, paths?: readonly string[]) => Promise<readonly FileDiff[]>
  readonly identity: () => Promise<Identity>
  readonly networkCommands: () => Promise<readonly string[]>
  readonly fetch: (remote: string, signal?: AbortSignal) => Promise<void>
  /** A new draft's quarantine with the verbs that build in it. */
  readonly draft: () => Promise<DraftRoom>
  readonly landHeld: (request: Omit<LandRequest, 'quarantine' | 'place'>) => Promise<FastForward>
  readonly release: (holdName: string) => Promise<void>
  readonly rehearseFastForward: (
    branch: string,
    to: Oid,
    env?: Readonly<Record<string, string>>,
  ) => Promise<FastForward>
  readonly watch: (onChange: () => void) => () => void
  readonly close: () => void
}

export function createRepo(
  git: GitRunner,
  place: Place,
  options: { readonly quarantines: string; readonly version: readonly [number, number] },
): Repo {
  const cwd = place.path
  const cat = createCatFile(git, cwd, {})
  const reader = createObjectReader(createCatFs(cat))
  const treeOf = async (commit: Oid) => {
    const oid = await git.text(['rev-parse', '--verify', '--quiet', `${commit}^{tree}`], {
      cwd,
      expect: [0, 1, 128],
    })
    if (oid === '')
      throw new AppError('COMMIT_MISSING', {
        message: `${commit} is not in ${cwd}.`,
        subject: commit,
        action: 'refresh',
      })
    return oid
  }
  return {
    path: cwd,
    head: () => readHead(git, cwd),
    branches: () => readBranches(git, cwd),
    remote: (branch) => readRemote(git, cwd, branch),
    tracked: (branch) => readTracked(git, cwd, branch),
    resolve: async (revision) => {
      const oid = revision.startsWith('-') ? undefined : await readRef(git, cwd, revision)
      if (oid === undefined)
        throw new AppError('COMMIT_MISSING', {
          message: `${revision} is no commit of ${cwd}.`,
          subject: revision,
        })
      return oid
    },
    commit: async (oid) =>
      parseCommit(await git.text(['log', '-1', `--format=${commitFormat}`, oid, '--'], { cwd })),
    message: async (oid) => plainLines(await git.text(['log', '-1', '--format=%B', oid, '--'], { cwd })),
    log: (request) => readLog(git, cwd, request),
    isAncestor: async (ancestor, of) =>
      (await git.run(['merge-base', '--is-ancestor', ancestor, of], { cwd, expect: [0, 1] })).exitCode === 0,
    tree: async (commit) => createTreeSource(reader, await treeOf(commit)),
    changed: (from, to, paths) => readChangedPaths(git, { cwd, from, to, ...(paths === undefined ? {} : { paths }) }),
    files: (from, to, paths) =>
      readFileDiffs(git, cat, { cwd, from, to, ...(paths === undefined ? {} : { paths }) }),
    identity: () => readIdentity(git, cwd),
    networkCommands: () => readNetworkCommands(git, place),
    fetch: (remote, signal) => fetchRemote(git, place, remote, signal),
    draft: () => draftRoom(git, place, { parent: join(options.quarantines), version: options.version }),
    landHeld: (request) => landHeld(git, { ...request, place }),
    release: (holdName) => release(git, place, holdName),
    rehearseFastForward: (branch, to, env) =>
      fastForward(git, place, { branch, to, rehearse: true, ...(env === undefined ? {} : { env }) }),
    watch: (onChange) => watchRefs(place, onChange),
    close: () => cat.close(),
  }
}

function plainLines(text: string): string {
  return text.split('\n').map(plain).join('\n')
}
