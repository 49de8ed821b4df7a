import type { Oid } from '#contract'
import { readShallow } from '../kinds.ts'
import type { Place } from '../place.ts'
import type { Range, RangeRequest } from '../range.ts'
import type { ObjectReader } from '../tree.ts'
import type { Commits } from './commits.ts'
import { readHistory } from './history.ts'
import type { DiskObjects } from './objects.ts'
import { readRefs } from './refs.ts'

type Ports = { readonly place: Place; readonly commits: Commits }

/** As `readNamed` with git. */
export async function namedWithoutGit(
  { place, commits }: Ports,
  names: readonly string[],
): Promise<ReadonlyMap<string, Oid>> {
  const refs = await readRefs(place)
  const found = new Map<string, Oid>()
  for (const name of names) {
    const oid = refs.get(name)
    const commit = oid === undefined ? undefined : await commits.find(oid)
    if (commit !== undefined) found.set(name, commit.commit.oid)
  }
  return found
}

/** Commits whose id begins with these hex digits, in lower case; files and folders of the same beginning do not count, nor do tags. */
export async function commitsStartingWith(
  { objects, commits }: { readonly objects: DiskObjects; readonly commits: Commits },
  digits: string,
): Promise<readonly Oid[]> {
  const matches = await objects.startingWith(digits)
  const found = await Promise.all(matches.map((oid) => commits.find(oid)))
  return matches.filter((oid, at) => found[at]?.commit.oid === oid)
}

/** As `readRange` with git. */
export async function rangeWithoutGit(
  ports: Ports & { readonly reader: ObjectReader },
  { tip, except, paths }: RangeRequest,
): Promise<Range> {
  const ends = await readShallow(ports.place)
  const walk = { tip, except, firstParent: false }
  let [total, cut] = [0, false]
  for await (const _ of readHistory(ports, paths === undefined ? walk : { ...walk, paths })) total += 1
  if (ends.size > 0) for await (const { oid } of readHistory(ports, walk)) cut ||= ends.has(oid)
  return { total, cut }
}
