import type { AppSpec } from '#contract'

type File = { readonly path: string; readonly oid: string }

/** What one commit took away and brought, over the whole repository, without rename detection. */
export type FileMoves = { readonly removed: readonly File[]; readonly added: readonly File[] }

/**
 * The folder that a commit moved to `folder`: at least half of the files that are new there were, byte for byte and under the same names, in one
 * other folder, and are gone from it. A copy is no move, since nothing is gone. Where two folders fit equally well, nothing is proved: undefined.
 */
export function movedFrom(folder: string, { removed, added }: FileMoves): string | undefined {
  const fresh = added.filter(({ path }) => isBelow(path, folder))
  const byName = new Map(fresh.map(({ path, oid }) => [nameIn(path, folder), oid]))
  const votes = new Map<string, { exact: number; named: number }>()
  for (const { path, oid } of removed) {
    for (const [from, name] of splits(path)) {
      const here = byName.get(name)
      if (here === undefined || from === folder) continue
      const vote = votes.get(from) ?? { exact: 0, named: 0 }
      vote.named += 1
      if (here === oid) vote.exact += 1
      votes.set(from, vote)
    }
  }
  const [best, second] = [...votes]
    .filter(([, { exact }]) => exact > 0 && exact * 2 >= fresh.length)
    .map(([from, { exact, named }]) => ({ from, rank: [exact, named, commonEnd(from, folder)] }))
    .toSorted((a, b) => compareRanks(b.rank, a.rank))
  if (best === undefined) return undefined
  return second !== undefined && compareRanks(best.rank, second.rank) === 0 ? undefined : best.from
}

/** The app as it was before its folder moved: values files in the folder went along, others where exactly one file of the same bytes is gone. */
export function specBefore(spec: AppSpec, from: string, moves: FileMoves): AppSpec {
  const before = (file: string) => {
    if (isBelow(file, spec.path)) return joined(from, nameIn(file, spec.path))
    const added = moves.added.find(({ path }) => path === file)
    const same = moves.removed.filter(({ oid }) => oid === added?.oid)
    return same.length === 1 && same[0] !== undefined ? same[0].path : file
  }
  const { helm } = spec
  return {
    ...spec,
    path: from,
    ...(helm === undefined ? {} : { helm: { ...helm, valuesFiles: helm.valuesFiles.map(before) } }),
  }
}

/**
 * The path that stands to the folder `to` as `path` stands to `from`: where a relative reference leads after a move. Undefined = out of the
 * repository.
 */
export function relocated(path: string, from: string, to: string): string | undefined {
  const [file, old, now] = [partsOf(path), partsOf(from), partsOf(to)]
  let common = 0
  while (common < old.length && common < file.length - 1 && file[common] === old[common]) common += 1
  const up = old.length - common
  return up > now.length ? undefined : [...now.slice(0, now.length - up), ...file.slice(common)].join('/')
}

/** Each way to see a path as a folder and a name below it. */
function splits(path: string): readonly (readonly [string, string])[] {
  const parts = partsOf(path)
  return parts.map((_, at) => [parts.slice(0, at).join('/') || '.', parts.slice(at).join('/')])
}

function commonEnd(a: string, b: string): number {
  const [left, right] = [partsOf(a).toReversed(), partsOf(b).toReversed()]
  const differs = left.findIndex((part, at) => part !== right[at])
  return differs < 0 ? left.length : differs
}

function compareRanks(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, index) => value !== b[index])
  return at < 0 ? 0 : (a[at] ?? 0) - (b[at] ?? 0)
}

function isBelow(path: string, folder: string): boolean {
  return folder === '.' || path.startsWith(`${folder}/`)
}

function nameIn(path: string, folder: string): string {
  return folder === '.' ? path : path.slice(folder.length + 1)
}

function joined(folder: string, name: string): string {
  return folder === '.' ? name : `${folder}/${name}`
}

function partsOf(path: string): readonly string[] {
  return path.split('/').filter((part) => part !== '' && part !== '.')
}
