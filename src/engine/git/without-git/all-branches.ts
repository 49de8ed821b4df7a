import type { Oid } from '#contract'
import type { BranchCommit } from '../all-log.ts'
import type { Place } from '../place.ts'
import type { ObjectReader } from '../tree.ts'
import type { Commits } from './commits.ts'
import { readAncestors, readHistory, readLine, walkAll } from './history.ts'
import { readRefs } from './refs.ts'

type Ports = { readonly place: Place; readonly commits: Commits; readonly reader: ObjectReader }
type Request = {
  readonly tip: Oid
  readonly paths: readonly string[]
  readonly limit: number
  readonly signal?: AbortSignal | undefined
}

/** As `readAllLog` with git: the tip's own line, with its merges, and what any branch has beside it. */
export async function* readAllBranches(ports: Ports, request: Request): AsyncGenerator<BranchCommit> {
  const { tip, paths, limit, signal } = request
  const branches = await readBranchTips(ports.place)
  const [line, own] = await Promise.all([readLine(ports, tip), readAncestors(ports, [tip], signal)])
  const brought = new Set<Oid>()
  for await (const { oid } of readHistory(ports, { tip, paths, firstParent: true, signal })) brought.add(oid)
  const nameOf = await readOwners(ports, branches, own)
  const tips = [tip, ...branches.values()]
  const all = walkAll(ports, { tips, paths: undefined, simplify: false, except: new Set(), signal })
  const touching = new Set<Oid>()
  const some = walkAll(ports, { tips, paths, simplify: false, except: new Set(), signal })
  for await (const { commit } of some) touching.add(commit.oid)
  let told = 0
  for await (const { commit } of all) {
    if (!brought.has(commit.oid) && !touching.has(commit.oid)) continue
    const branch = nameOf.get(commit.oid)
    if (branch !== undefined) yield { commit, aside: { branch } }
    else yield line.has(commit.oid) ? { commit } : { commit, aside: {} }
    told += 1
    if (told >= limit) return
  }
}

async function readBranchTips(place: Place): Promise<ReadonlyMap<string, Oid>> {
  const refs = await readRefs(place)
  return new Map(
    [...refs]
      .filter(([ref]) => /^refs\/(heads|remotes)\//.test(ref) && !ref.endsWith('/HEAD'))
      .map(([ref, oid]) => [ref.replace(/^refs\/(heads|remotes)\//, ''), oid]),
  )
}

/** The first branch that has a commit which the tip has not. */
async function readOwners(
  { commits }: Ports,
  branches: ReadonlyMap<string, Oid>,
  own: ReadonlySet<Oid>,
): Promise<ReadonlyMap<Oid, string>> {
  const owners = new Map<Oid, string>()
  for (const [branch, tip] of branches) {
    const waiting = [tip]
    for (let oid = waiting.pop(); oid !== undefined; oid = waiting.pop()) {
      if (own.has(oid) || owners.has(oid)) continue
      const commit = await commits.find(oid)
      if (commit === undefined) continue
      owners.set(commit.commit.oid, branch)
      waiting.push(...commit.commit.parents)
    }
  }
  return owners
}
