import type { Oid } from '#contract'
import { pathFilter } from '../changed.ts'
import type { ChangedPath } from '../changed.ts'
import type { ObjectReader, TreeEntry } from '../tree.ts'

type Side = { readonly mode: string; readonly oid: Oid }
type Pair = {
  readonly path: string
  readonly from: TreeEntry | undefined
  readonly to: TreeEntry | undefined
}

const nothing: Side = { mode: '000000', oid: '0'.repeat(40) }

/** Files that differ between two trees, as `diff-tree -r --no-renames` lists them. No `paths` = all; an empty list = none. */
export async function diffTrees(
  reader: ObjectReader,
  trees: { readonly from: Oid; readonly to: Oid },
  paths?: readonly string[],
): Promise<readonly ChangedPath[]> {
  if (paths?.length === 0 || trees.from === trees.to) return []
  const { inside, leadsTo } = scopeOf(paths)
  const found: ChangedPath[] = []
  const root = (oid: Oid): TreeEntry => ({ name: '', kind: 'dir', mode: '040000', oid })
  const waiting: Pair[] = [{ path: '', from: root(trees.from), to: root(trees.to) }]
  for (let pair = waiting.pop(); pair !== undefined; pair = waiting.pop()) {
    if (pair.from?.oid === pair.to?.oid && pair.from?.mode === pair.to?.mode) continue
    const change = pair.path !== '' && inside(pair.path) ? toChange(pair) : undefined
    if (change !== undefined) found.push(change)
    if (isFolder(pair) && leadsTo(pair.path)) waiting.push(...(await pairsBelow(reader, pair)))
  }
  return found.toSorted((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)))
}

function isFolder({ from, to }: Pair): boolean {
  return from?.kind === 'dir' || to?.kind === 'dir'
}

async function pairsBelow(reader: ObjectReader, { path, from, to }: Pair): Promise<readonly Pair[]> {
  const [before, after] = await Promise.all([entriesOf(reader, from), entriesOf(reader, to)])
  const others = new Map(after.map((entry) => [entry.name, entry]))
  const at = (name: string) => (path === '' ? name : `${path}/${name}`)
  const kept = before.map((entry): Pair => {
    const other = others.get(entry.name)
    others.delete(entry.name)
    return { path: at(entry.name), from: entry, to: other }
  })
  return [
    ...kept,
    ...[...others.values()].map((entry): Pair => ({ path: at(entry.name), from: undefined, to: entry })),
  ]
}

async function entriesOf(reader: ObjectReader, entry: TreeEntry | undefined): Promise<readonly TreeEntry[]> {
  return entry?.kind === 'dir' ? reader.tree(entry.oid) : []
}

/** A folder has no change of its own: what is below it has. */
function toChange({ path, from, to }: Pair): ChangedPath | undefined {
  const before = from === undefined || from.kind === 'dir' ? nothing : sideOf(from)
  const after = to === undefined || to.kind === 'dir' ? nothing : sideOf(to)
  if (before === nothing && after === nothing) return undefined
  return { path, status: statusOf(before, after), from: before, to: after }
}

function sideOf({ mode, oid }: TreeEntry): Side {
  return { mode, oid }
}

function statusOf(before: Side, after: Side): ChangedPath['status'] {
  if (before === nothing) return 'A'
  if (after === nothing) return 'D'
  return before.mode.slice(0, 3) === after.mode.slice(0, 3) ? 'M' : 'T'
}

/** `leadsTo`: is something below this folder asked for? */
function scopeOf(paths: readonly string[] | undefined) {
  if (paths === undefined) return { inside: () => true, leadsTo: () => true }
  const inside = pathFilter(paths)
  const isAbove = (folder: string) => paths.some((path) => path.startsWith(`${folder}/`))
  return { inside, leadsTo: (folder: string) => folder === '' || inside(folder) || isAbove(folder) }
}
