import { randomUUID } from 'node:crypto'
import { AppError } from '#contract'
import type { Oid } from '#contract'
import { emptyTree } from '../changed.ts'
import { plain } from '../commit.ts'
import { createDiskSource } from '../disk-source.ts'
import { toFileDiffs } from '../file-diff.ts'
import type { Place } from '../place.ts'
import type { Repo } from '../repo.ts'
import { createObjectReader, createTreeSource } from '../tree.ts'
import { watchRefs } from '../watch.ts'
import { readAllBranches } from './all-branches.ts'
import { branchNames, defaultBranch, remoteOf, trackedBranch } from './branches.ts'
import { createCommits } from './commits.ts'
import { createConfig } from './config.ts'
import { commitsStartingWith, namedWithoutGit, rangeWithoutGit } from './find-commits.ts'
import { readAncestors, readHistory } from './history.ts'
import { readKindsWithoutGit } from './kinds.ts'
import { refuse } from './missing-git.ts'
import { createDiskObjects } from './objects.ts'
import { findPlaceWithoutGit } from './place.ts'
import { readHead, readRefs } from './refs.ts'
import { resolveRevision } from './revision.ts'
import { submodulesOf } from './submodules.ts'
import { readTrailersWithoutGit } from './trailers.ts'
import { diffTrees } from './tree-diff.ts'

/**
 * A clone on a machine without git: everything is read, by isomorphic-git and from the disk, and nothing is run. What writes, uses the
 * network or checks a signature is `GIT_MISSING`. `REPO_MISSING`, `REPO_NOT_GIT`, `REPO_UNSUPPORTED`, `REPO_NEEDS_GIT`.
 */
export async function openWithoutGit(folder: string): Promise<Repo> {
  return createRepo(await findPlaceWithoutGit(folder))
}

function createRepo(place: Place): Repo {
  const config = createConfig(place)
  const objects = createDiskObjects(place.commonDir, config)
  const reader = createObjectReader(objects)
  const commits = createCommits(objects, place)
  const ports = { place, commits, reader, objects }
  const diff = async (from: Oid, to: Oid, paths?: readonly string[]) => {
    const [before, after] = await Promise.all([rootOf(from), rootOf(to)])
    return diffTrees(reader, { from: before, to: after }, paths)
  }
  const tree = async (commit: Oid) => createTreeSource(reader, await reader.root(commit), submodulesOf(place))
  const rootOf = (oid: Oid) => (oid === emptyTree ? Promise.resolve(oid) : reader.root(oid))
  return {
    path: place.path,
    ...refusals,
    head: () => readHead(place),
    branches: async () => branchNames(await readRefs(place)),
    defaultBranch: () => defaultBranch(place),
    remote: (branch) => remoteOf(config, branch),
    tracked: (branch) => trackedBranch(place, config, branch),
    resolve: async (revision) => {
      const oid = await resolveRevision(ports, revision)
      if (oid !== undefined) return oid
      throw new AppError('COMMIT_MISSING', {
        message: `${revision} is no commit of ${place.path}.`,
        subject: revision,
      })
    },
    named: (refs) => namedWithoutGit(ports, refs),
    byPrefix: (digits) => commitsStartingWith(ports, digits),
    range: (request) => rangeWithoutGit(ports, request),
    commit: async (oid) => (await commits.read(oid)).commit,
    message: async (oid) => (await commits.read(oid)).message.trimEnd().split('\n').map(plain).join('\n'),
    trailers: (request) => readTrailersWithoutGit(commits, request),
    log: (request) => readHistory(ports, request),
    logAll: (request) => readAllBranches(ports, request),
    isAncestor: async (ancestor, of) => {
      await commits.read(ancestor)
      return (await readAncestors(ports, [of], undefined)).has(ancestor)
    },
    tree,
    oidAt: async (commit, path) => (await tree(commit)).oidOf(path),
    workTree: () => createDiskSource(place.path, `disk:${randomUUID()}`),
    changed: diff,
    files: async (from, to, paths) => toFileDiffs(objects, await diff(from, to, paths)),
    kinds: () => readKindsWithoutGit(place, config),
    watch: (onChange) => watchRefs(place, { signature: () => signatureOf(place) }, onChange),
    learn: () => undefined,
    learnt: () => Promise.resolve(),
    // What could be taken back could not be taken back now.
    lastCommit: () => Promise.resolve(undefined),
    close: objects.close,
  }
}

async function signatureOf(place: Place): Promise<string> {
  const [head, refs] = await Promise.all([readHead(place), readRefs(place)])
  return JSON.stringify([head, ...refs])
}

const noDraft = refuse('a draft')
const noNetwork = refuse('the network')
const noLanding = refuse('landing a commit')

/** Isomorphic-git could do some of these, and does not do them as git does: what is not sure is not done. */
const refusals = {
  index: refuse('the index'),
  missing: noNetwork,
  fill: noNetwork,
  fetch: noNetwork,
  networkCommands: noNetwork,
  identity: refuse('a commit'),
  signing: refuse('signing'),
  signatures: refuse('checking signatures'),
  blame: refuse('blaming a line'),
  draft: noDraft,
  rehearsal: noDraft,
  reopen: noDraft,
  landHeld: noLanding,
  resume: noLanding,
  takeBack: refuse('taking a commit back'),
  release: noLanding,
  leftLocks: () => Promise.resolve([]),
  removeLock: refuse('a lock'),
  rehearseFastForward: noLanding,
  proposals: {
    target: noNetwork,
    push: noNetwork,
    follow: noNetwork,
    findMerged: noNetwork,
    remoteTip: noNetwork,
  },
} satisfies Partial<Repo>
