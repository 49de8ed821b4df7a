import { randomUUID } from 'node:crypto'
import { AppError } from '#contract'
import type { CloneKind, Commit, FileDiff, Oid } from '#contract'
import { readAllLog } from './all-log.ts'
import type { BranchCommit } from './all-log.ts'
import { blameLines } from './blame.ts'
import type { BlamedLine, BlameOrder } from './blame.ts'
import { boundTrees } from './bound-tree.ts'
import { createCatFile } from './cat-file.ts'
import { readChangedPaths } from './changed.ts'
import type { ChangedPath } from './changed.ts'
import { commitFormat, parseCommit, parseCommitBytes, plain } from './commit.ts'
import { createDiskSource } from './disk-source.ts'
import { draftRoom } from './draft-room.ts'
import type { DraftRoom } from './draft-room.ts'
import { fetchRemote, readNetworkCommands } from './fetch.ts'
import type { FetchRequest } from './fetch.ts'
import { rehearse } from './fast-forward.ts'
import { readFileDiffs } from './file-diff.ts'
import { readByPrefix, readNamed } from './find-commits.ts'
import { readHistory } from './history.ts'
import { identityOf } from './identity.ts'
import type { Identity } from './identity.ts'
import { release } from './hold.ts'
import { readIndexSource } from './index-source.ts'
import { readKinds } from './kinds.ts'
import { noLocks } from './left-locks.ts'
import type { LeftLock, LeftLocks } from './left-locks.ts'
import { landHeld, resumeLanding } from './land.ts'
import type { LandOrder, LandStep } from './land-order.ts'
import { readConfig } from './config.ts'
import { createCommitGraph } from './commit-graph.ts'
import type { LogRequest } from './log.ts'
import { createPathOids } from './path-oids.ts'
import { fillMissing, listMissing } from './missing.ts'
import type { Need } from './missing.ts'
import type { Place } from './place.ts'
import { createProposals } from './proposals.ts'
import type { Proposals } from './proposals.ts'
import { openQuarantine, reopenQuarantine } from './quarantine.ts'
import {
  readBranches,
  readDefaultBranch,
  readHead,
  readRef,
  readRefs,
  remoteOf,
  readTracked,
} from './refs.ts'
import { readRange } from './range.ts'
import type { Range, RangeRequest } from './range.ts'
import type { Tip, TrackedBranch } from './refs.ts'
import type { GitRunner } from './runner.ts'
import { readSignatures } from './signatures.ts'
import { readSigning } from './signing.ts'
import type { Signing } from './signing.ts'
import { readLastCommit, takeBack } from './take-back.ts'
import type { LastCommit, TakeBackOrder } from './take-back.ts'
import { readTrailers } from './trailers.ts'
import { createSubmodules } from './submodules.ts'
import { createObjectReader, createTreeSource } from './tree.ts'
import type { TreeSource } from './tree.ts'
import { watchRefs } from './watch.ts'
import type { FastForward } from './work-tree.ts'

/** One open clone. Every method that takes a commit takes a full oid; names are resolved once, at the door. */
export type Repo = {
  readonly path: string
  readonly head: () => Promise<Tip>
  readonly branches: () => Promise<readonly string[]>
  /** The branch to follow when nobody chose one: the one checked out, else the remote's own choice. `REPO_EMPTY`, `REPO_DETACHED`. */
  readonly defaultBranch: () => Promise<string>
  readonly remote: (branch: string) => Promise<{ readonly name: string; readonly url: string } | undefined>
  /** `BRANCH_MISSING`, `REPO_EMPTY`. */
  readonly tracked: (branch: string) => Promise<TrackedBranch>
  /** Any revision -> commit; `COMMIT_MISSING`. */
  readonly resolve: (revision: string) => Promise<Oid>
  /** Commits of refs by their full names, and of ids by how they begin (see find-commits.ts). */
  readonly named: (refs: readonly string[]) => Promise<ReadonlyMap<string, Oid>>
  readonly byPrefix: (digits: string) => Promise<readonly Oid[]>
  readonly commit: (oid: Oid) => Promise<Commit>
  readonly message: (oid: Oid) => Promise<string>
  /** Values of one trailer by commit. */
  readonly trailers: (request: {
    readonly key: string
    readonly oids: readonly Oid[]
  }) => Promise<ReadonlyMap<Oid, readonly string[]>>
  readonly log: (request: LogRequest) => AsyncGenerator<Commit>
  /** Commits of every branch, local or remote, that touch the paths, with those of `tip` (see all-log.ts). */
  readonly logAll: (
    request: Pick<LogRequest, 'tip' | 'signal'> & {
      readonly paths: readonly string[]
      readonly limit: number
    },
  ) => AsyncGenerator<BranchCommit>
  readonly range: (request: RangeRequest) => Promise<Range>
  readonly isAncestor: (ancestor: Oid, of: Oid) => Promise<boolean>
  readonly tree: (commit: Oid) => Promise<TreeSource>
  /** What lies at a path of a commit, asked of git itself: cheaper than a tree where nothing else of it is needed. */
  readonly oidAt: (commit: Oid, path: string) => Promise<Oid | undefined>
  /** What is staged; `INDEX_UNMERGED`. */
  readonly index: () => Promise<TreeSource>
  /** The files on the disk as they are now, tracked or not. */
  readonly workTree: () => TreeSource
  /** Paths that differ, without rename detection. */
  readonly changed: (from: Oid, to: Oid, paths?: readonly string[]) => Promise<readonly ChangedPath[]>
  readonly files: (from: Oid, to: Oid, paths?: readonly string[]) => Promise<readonly FileDiff[]>
  /** Who last changed lines of a file at a commit (see blame.ts). */
  readonly blame: (order: BlameOrder) => Promise<readonly BlamedLine[]>
  /** What makes the clone unlike most, as it is now. */
  readonly kinds: () => Promise<readonly CloneKind[]>
  /** Objects that a partial clone left at its remote (see missing.ts). */
  readonly missing: (needs: readonly Need[]) => Promise<ReadonlySet<Oid>>
  readonly fill: (
    remote: string,
    needs: readonly Need[],
    signal?: AbortSignal,
    onProgress?: FetchRequest['onProgress'],
  ) => Promise<void>
  readonly identity: () => Promise<Identity>
  /** How a commit will be signed; undefined = not at all. `GIT_SIGNING_UNSUPPORTED`. */
  readonly signing: () => Promise<Signing | undefined>
  /** How commits are signed (see signatures.ts); `check` starts a program that the clone may name. */
  readonly signatures: (request: Parameters<typeof readSignatures>[3]) => ReturnType<typeof readSignatures>
  readonly networkCommands: () => Promise<readonly string[]>
  /** `asks`: the operator waits for it, so that credentials and host keys may be asked about. */
  readonly fetch: (
    remote: string,
    signal?: AbortSignal,
    told?: Pick<FetchRequest, 'asks' | 'onProgress' | 'deepen'>,
  ) => Promise<void>
  /** A new draft's quarantine with the verbs that build in it. */
  readonly draft: () => Promise<DraftRoom>
  /** The same for what nobody will confirm: it is thrown away, and what runs in it is on no record. */
  readonly rehearsal: () => Promise<DraftRoom>
  /** The room of a draft whose process is gone, by its `dir`; `DRAFT_GONE`. */
  readonly reopen: (dir: string) => Promise<DraftRoom>
  /** What follows `DraftRoom.store`: push or move the branch, follow, release (see land.ts). */
  readonly landHeld: (order: LandOrder) => Promise<FastForward>
  /** Goes on with a landing that was killed at any step; `dir` is the draft's folder, `reached` the last step on record. `DRAFT_GONE`. */
  readonly resume: (
    order: LandOrder & { readonly dir: string; readonly reached?: LandStep | undefined },
  ) => Promise<FastForward>
  readonly proposals: Proposals
  /** Our commit at the tip of a local branch; undefined where somebody else's is. */
  readonly lastCommit: (branch: string) => Promise<LastCommit | undefined>
  /** Moves the local branch back over our last commit (see take-back.ts). */
  readonly takeBack: (order: TakeBackOrder) => Promise<FastForward>
  /** Locks that runs of ours left here when they were killed, and that nobody holds. */
  readonly leftLocks: () => Promise<readonly LeftLock[]>
  /** Removes one of those, after looking again; `GIT_LOCK_HELD`. */
  readonly removeLock: (lock: Pick<LeftLock, 'path' | 'token'>) => Promise<void>
  /** Drops the hold of a landing that is given up. */
  readonly release: (holdName: string) => Promise<void>
  /** Would the local branch follow? Writes nothing; `env` is the draft's. */
  readonly rehearseFastForward: (
    branch: string,
    to: Oid,
    env?: Readonly<Record<string, string>>,
  ) => Promise<FastForward>
  /** Calls back when HEAD or a ref moved; answers the function that ends it. */
  readonly watch: (onChange: () => void) => () => void
  /** Begins to write the commit-graph of what is reachable from here, before a log of paths is asked for. */
  readonly learn: (tip: Oid) => void
  /** Settles when the commit-graph knows what was read: it is written behind, after a log of paths. */
  readonly learnt: () => Promise<void>
  readonly close: () => void
}

export function createRepo(
  git: GitRunner,
  place: Place,
  options: {
    readonly quarantines: string
    readonly caches: string
    readonly version: readonly [number, number]
    readonly leftLocks?: LeftLocks | undefined
    /** The same git, whose runs are not told. */
    readonly quiet: GitRunner
  },
): Repo {
  const cwd = place.path
  const cat = createCatFile(git, cwd, {})
  const reader = createObjectReader(cat)
  const pathOids = createPathOids(git, cwd)
  const { version, quarantines, leftLocks = noLocks } = options
  const graph = createCommitGraph(git, place, options)
  const submodules = createSubmodules(git, place)
  const bound = boundTrees(cat)
  const room = async (runner: GitRunner) =>
    draftRoom(runner, place, { quarantine: await openQuarantine(place, quarantines), version, bound })
  const tree = async (commit: Oid) => createTreeSource(reader, await reader.root(commit), submodules.open)
  // What git does not find may lie within a submodule, or not be readable: the tree tells.
  const oidAt = async (commit: Oid, path: string) =>
    (await pathOids.oidOf(commit, path)) ?? (await tree(commit)).oidOf(path)
  // Without a walk: a commit whose parent is not here can be shown all the same.
  const commit = async (oid: Oid) =>
    parseCommit(await git.text(['log', '--no-walk', `--format=${commitFormat}`, oid, '--'], { cwd }))
  // Its bytes come without another process, whose start takes 3 ms and more of everybody's time.
  const describe = async (oid: Oid) => {
    const object = await cat.read(oid)
    return (object?.type === 'commit' ? parseCommitBytes(oid, object.bytes) : undefined) ?? commit(oid)
  }
  const history = { git, cwd, graph, oidAt, describe }
  return {
    path: cwd,
    head: () => readHead(git, cwd),
    branches: () => readBranches(git, cwd),
    defaultBranch: () => readDefaultBranch(git, cwd),
    remote: async (branch) => remoteOf(await readConfig(git, cwd), branch),
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
    named: (refs) => readNamed(git, cwd, refs),
    byPrefix: (digits) => readByPrefix(git, cwd, digits),
    commit,
    message: async (oid) =>
      plainLines(await git.text(['log', '--no-walk', '--format=%B', oid, '--'], { cwd })),
    trailers: (request) => readTrailers(git, cwd, request),
    log: (request) => readHistory(history, request),
    logAll: (request) => {
      const line = readHistory(history, { ...request, firstParent: true })
      return readAllLog({ git, cwd, env: graph.environment() }, line, request)
    },
    range: (request) => readRange(git, place, request),
    isAncestor: async (ancestor, of) =>
      (await git.run(['merge-base', '--is-ancestor', ancestor, of], { cwd, expect: [0, 1] })).exitCode === 0,
    tree,
    oidAt,
    index: () => readIndexSource(git, cat, cwd, `index:${randomUUID()}`),
    workTree: () => createDiskSource(cwd, `disk:${randomUUID()}`),
    changed: (from, to, paths) =>
      readChangedPaths(git, { cwd, from, to, ...(paths === undefined ? {} : { paths }) }),
    files: (from, to, paths) =>
      readFileDiffs(git, cat, { cwd, from, to, ...(paths === undefined ? {} : { paths }) }),
    blame: (order) => blameLines(git, place, options.caches, order),
    kinds: () => readKinds(git, place),
    missing: (needs) => listMissing(git, place, needs),
    fill: (remote, needs, signal, onProgress) =>
      fillMissing(git, place, { remote, needs, version, signal, onProgress }),
    identity: async () => identityOf(await readConfig(git, cwd), cwd),
    signing: async () => readSigning(git, cwd, { config: await readConfig(git, cwd), version }),
    signatures: (request) => readSignatures(git, cat, cwd, request),
    networkCommands: () => readNetworkCommands(git, place),
    fetch: (remote, signal, told) => fetchRemote(git, place, { remote, version, signal, ...told }),
    draft: () => room(git),
    rehearsal: () => room(options.quiet),
    reopen: async (dir) =>
      draftRoom(git, place, { quarantine: reopenQuarantine(place, quarantines, dir), version, bound }),
    landHeld: (order) => landHeld(git, { ...order, place, version }),
    resume: ({ dir, ...order }) =>
      resumeLanding(git, {
        ...order,
        place,
        version,
        quarantine: () => reopenQuarantine(place, quarantines, dir),
      }),
    lastCommit: (branch) => readLastCommit(git, cwd, branch),
    takeBack: (order) => takeBack(git, place, order),
    proposals: createProposals(git, place, quarantines),
    leftLocks: () => leftLocks.list(place),
    removeLock: (lock) => leftLocks.remove(place, lock),
    release: (holdName) => release(git, place, holdName),
    rehearseFastForward: (branch, to, env) => rehearse(git, place, { branch, to, env, look: true }),
    watch: (onChange) => watchRefs(place, { signature: () => readRefs(git, cwd) }, onChange),
    learn: graph.learn,
    learnt: graph.idle,
    close: () => {
      graph.close()
      submodules.close()
      pathOids.close()
      cat.close()
    },
  }
}

function plainLines(text: string): string {
  return text.trimEnd().split('\n').map(plain).join('\n')
}
