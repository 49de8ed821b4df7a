import { AppError } from '#contract'
import type { Commit, Oid } from '#contract'
import type { LogRequest } from '../log.ts'
import type { ObjectReader } from '../tree.ts'
import type { CommitObject } from './commit-object.ts'
import type { Commits } from './commits.ts'
import { createHeap } from './heap.ts'

type Ports = { readonly commits: Commits; readonly reader: ObjectReader }
/** `simplify`: a merge that is like one of its parents is left out together with the others' history, as `git log -- paths` does. */
type Walk = {
  readonly tips: readonly Oid[]
  readonly paths: readonly string[] | undefined
  readonly simplify: boolean
  readonly except: ReadonlySet<Oid>
  readonly signal: AbortSignal | undefined
}

/** As `git log` gives it: newest first. `CANCELLED`, `COMMIT_MISSING`. */
export async function* readHistory(ports: Ports, request: LogRequest): AsyncGenerator<Commit> {
  const { tip, paths, except: end, skip = 0, limit = Infinity, signal } = request
  const except = end === undefined ? new Set<Oid>() : await readAncestors(ports, [end], signal)
  const walk = { tips: [tip], paths, simplify: true, except, signal }
  let seen = 0
  for await (const { commit } of request.firstParent ? walkLine(ports, walk) : walkAll(ports, walk)) {
    seen += 1
    if (seen > skip) yield commit
    if (seen >= skip + limit) return
  }
}

/** Commits along the first parents that differ from theirs at one of the paths. */
async function* walkLine(ports: Ports, walk: Walk): AsyncGenerator<CommitObject> {
  let at = walk.tips[0]
  while (at !== undefined && !walk.except.has(at)) {
    refuseCancelled(walk.signal)
    const commit = await ports.commits.read(at)
    const [parent] = commit.commit.parents
    if (await differs(ports, commit, parent, walk.paths)) yield commit
    at = parent
  }
}

/** Every parent is followed, newest committer date first. */
export async function* walkAll(ports: Ports, walk: Walk): AsyncGenerator<CommitObject> {
  const heap = createHeap<CommitObject>(({ committedMs }) => committedMs)
  const seen = new Set(walk.except)
  const add = async (oid: Oid) => {
    if (seen.has(oid)) return
    seen.add(oid)
    heap.push(await ports.commits.read(oid))
  }
  for (const tip of walk.tips) await add((await ports.commits.read(tip)).commit.oid)
  for (let commit = heap.pop(); commit !== undefined; commit = heap.pop()) {
    refuseCancelled(walk.signal)
    const { isShown, follow } = await compareParents(ports, commit, walk)
    if (isShown) yield commit
    for (const parent of follow) await add(parent)
  }
}

/**
 * A first commit is held against the nothing before it. Simplified, a merge that equals one parent is left out and that parent alone followed;
 * otherwise it is left out only where it equals each of them.
 */
async function compareParents(
  ports: Ports,
  commit: CommitObject,
  { paths, simplify }: Walk,
): Promise<{ readonly isShown: boolean; readonly follow: readonly Oid[] }> {
  const { parents } = commit.commit
  if (paths === undefined) return { isShown: true, follow: parents }
  const sides = parents.length === 0 ? [undefined] : parents
  const same: (Oid | undefined)[] = []
  for (const side of sides) if (!(await differs(ports, commit, side, paths))) same.push(side)
  const [first] = same
  const isShown = simplify ? same.length === 0 : same.length < sides.length
  return { isShown, follow: simplify && first !== undefined ? [first] : parents }
}

async function differs(
  { commits, reader }: Ports,
  { tree }: CommitObject,
  parent: Oid | undefined,
  paths: readonly string[] | undefined,
): Promise<boolean> {
  if (paths === undefined) return true
  const before = parent === undefined ? undefined : (await commits.read(parent)).tree
  if (before === tree) return false
  for (const path of paths) {
    const [here, there] = await Promise.all([entryAt(reader, tree, path), entryAt(reader, before, path)])
    if (here !== there) return true
  }
  return false
}

/** Mode and oid of what lies at a path; '' = nothing. */
async function entryAt(reader: ObjectReader, tree: Oid | undefined, path: string): Promise<string> {
  let at = tree === undefined ? '' : `040000 ${tree}`
  for (const part of path.split('/').filter((name) => name !== '' && name !== '.')) {
    if (!at.startsWith('040000 ')) return ''
    const entry = (await reader.tree(at.slice(7))).find(({ name }) => name === part)
    at = entry === undefined ? '' : `${entry.mode} ${entry.oid}`
  }
  return at
}

export async function readAncestors(
  { commits }: Pick<Ports, 'commits'>,
  tips: readonly Oid[],
  signal: AbortSignal | undefined,
): Promise<ReadonlySet<Oid>> {
  const seen = new Set<Oid>()
  const waiting = [...tips]
  for (let oid = waiting.pop(); oid !== undefined; oid = waiting.pop()) {
    if (seen.has(oid)) continue
    refuseCancelled(signal)
    seen.add(oid)
    waiting.push(...((await commits.find(oid))?.commit.parents ?? []))
  }
  return seen
}

export async function readLine({ commits }: Pick<Ports, 'commits'>, tip: Oid): Promise<ReadonlySet<Oid>> {
  const line = new Set<Oid>()
  for (let at: Oid | undefined = tip; at !== undefined; at = (await commits.find(at))?.commit.parents[0])
    line.add(at)
  return line
}

function refuseCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true)
    throw new AppError('CANCELLED', { message: 'Reading the history was cancelled.' })
}
