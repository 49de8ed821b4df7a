import type { AppSpec, Commit, Oid } from '#contract'
import type { AppRenderer } from '../app-render.ts'
import { emptyTree } from '../git/index.ts'
import type { DraftRoom, Repo, TreeSource } from '../git/index.ts'
import { sha256 } from '../app-render.ts'
import { isInside, ownerOf } from './ownership.ts'
import { readsOf, readsOfOthers } from './reads.ts'

export type RehearsalPorts = {
  readonly repo: Repo
  readonly render: AppRenderer
  /** The other apps of the clone; asked for only where it matters what they read. */
  readonly others: () => Promise<readonly AppSpec[]>
  /** A room that is thrown away (`Repo.rehearsal`); asked for only where files have to be merged. */
  readonly room: () => Promise<DraftRoom>
  /** Answers of before, by what they depend on. */
  readonly known: Map<string, readonly string[]>
  readonly signal?: AbortSignal | undefined
}

type Changed = Awaited<ReturnType<Repo['changed']>>[number]
/** A changed path whose head equals neither side of the change. */
type Hard = Changed & { readonly here: Changed['to'] }

const mostKnown = 5_000

/**
 * Files in which the draft that undoes this commit on `base` would conflict, by what builds that draft; nothing is written outside of the room. Most
 * commits are answered by a look at trees: only files that were changed again since are merged.
 */
export async function rehearseUndo(
  ports: RehearsalPorts,
  { spec, commit, base }: { readonly spec: AppSpec; readonly commit: Commit; readonly base: Oid },
): Promise<readonly string[]> {
  const { repo, render, signal } = ports
  const reversal = { from: commit.parents[0] ?? emptyTree, to: commit.oid }
  const ends = [base, commit.oid, ...commit.parents.slice(0, 1)]
  const sources = await Promise.all(ends.map((oid) => repo.tree(oid)))
  const reads = await Promise.all(sources.map((source) => readsOf(render, spec, source)))
  const inputs = new Set(reads.flatMap((one) => [...one]))
  const [source] = sources
  signal?.throwIfAborted()
  if (source === undefined) return []
  const changed = await repo.changed(reversal.from, reversal.to, [...new Set([spec.path, ...inputs])])
  const mine = changed.filter(({ path }) => inputs.has(path) || isInside(path, spec.path))
  const hard = await hardOnes(source, mine)
  const conflictsIn = async (paths: readonly Hard[]) => {
    if (paths.length === 0) return []
    const id = await idOf(source, paths)
    const before = ports.known.get(id)
    if (before !== undefined) return before
    const room = await ports.room()
    signal?.throwIfAborted()
    const found = await room.conflicts(base, reversal, paths)
    ports.known.set(id, found)
    if (ports.known.size > mostKnown) ports.known.delete(ports.known.keys().next().value ?? '')
    return found
  }
  const read = await conflictsIn(hard.filter(({ path }) => inputs.has(path)))
  // What the app does not read is its own unless somebody else reads it: the others are rendered for that only if it would conflict.
  const unread = await conflictsIn(hard.filter(({ path }) => !inputs.has(path)))
  if (unread.length === 0) return read
  const others = await readsOfOthers(render, spec, await ports.others(), { oid: base, source })
  const own = unread.filter((path) => ownerOf(path, { folder: spec.path, inputs, others }) === 'own')
  return [...read, ...own].toSorted()
}

async function hardOnes(source: TreeSource, changed: readonly Changed[]): Promise<readonly Hard[]> {
  const found = await Promise.all(
    changed.map(async (path) => ({ ...path, here: await entryAt(source, path) })),
  )
  return found.filter(({ here, from, to }) => !isSame(here, to) && !isSame(here, from))
}

async function entryAt(source: TreeSource, { path, to }: Changed): Promise<Changed['to']> {
  const slash = path.lastIndexOf('/')
  const entries = await source.list(slash < 0 ? '' : path.slice(0, slash))
  const entry = entries?.find(({ name }) => name === path.slice(slash + 1))
  return entry === undefined || entry.kind === 'dir'
    ? { mode: '000000', oid: '0'.repeat(to.oid.length) }
    : { mode: entry.mode, oid: entry.oid }
}

function isSame(a: Changed['to'], b: Changed['to']): boolean {
  return a.oid === b.oid && a.mode === b.mode
}

/** What decides a merge: the three sides of each file, and the attributes that may say how it is merged. */
async function idOf(source: TreeSource, paths: readonly Hard[]): Promise<string> {
  const folders = new Set(paths.flatMap(({ path }) => foldersOf(path)))
  const attributes = await Promise.all(
    [...folders].map((folder) => source.oidOf(folder === '' ? '.gitattributes' : `${folder}/.gitattributes`)),
  )
  const sides = paths.map(({ path, from, to, here }) => [path, from, to, here])
  return sha256(JSON.stringify([sides, [...folders], attributes]))
}

function foldersOf(path: string): readonly string[] {
  const parts = path.split('/').slice(0, -1)
  return ['', ...parts.map((_, at) => parts.slice(0, at + 1).join('/'))]
}
