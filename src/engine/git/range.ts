import type { Oid } from '#contract'
import { readShallow } from './kinds.ts'
import type { Place } from './place.ts'
import type { GitRunner } from './runner.ts'

/** Commits that one side has and the other has not. */
export type RangeRequest = { readonly tip: Oid; readonly except: Oid; readonly paths?: readonly string[] }

/** `total`: those that touch the paths. `cut`: the clone is shallow and its history ends among all of them. */
export type Range = { readonly total: number; readonly cut: boolean }

export async function readRange(git: GitRunner, place: Place, request: RangeRequest): Promise<Range> {
  const { tip, except, paths = [] } = request
  const range = [tip, `^${except}`, '--']
  const cwd = place.path
  const [total, ends] = await Promise.all([
    git.text(['rev-list', '--count', ...range, ...paths], { cwd }),
    readShallow(place),
  ])
  if (ends.size === 0) return { total: Number(total), cut: false }
  const inside = await git.text(['rev-list', ...range], { cwd })
  return { total: Number(total), cut: inside.split('\n').some((oid) => ends.has(oid)) }
}
