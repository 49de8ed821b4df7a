import { at, numberAt, stringAt } from '#core'
import type { JsonObject } from '#core'
import { meta } from '../object.ts'
import type { Stored } from '../object.ts'

/** One ReplicaSet of a rollout, as far as its arithmetic goes. */
export type SetCount = { readonly wanted: number; readonly available: number }

export type Bounds = { readonly replicas: number; readonly surge: number; readonly unavailable: number }

export function boundsOf(deployment: JsonObject): Bounds {
  const replicas = numberAt(deployment, 'spec', 'replicas') ?? 1
  if (stringAt(deployment, 'spec', 'strategy', 'type') === 'Recreate')
    return { replicas, surge: 0, unavailable: replicas }
  const read = (name: string) => at(deployment, 'spec', 'strategy', 'rollingUpdate', name) ?? '25%'
  const surge = resolve(read('maxSurge'), replicas, Math.ceil)
  const unavailable = Math.min(resolve(read('maxUnavailable'), replicas, Math.floor), replicas)
  // Both zero would never move.
  return { replicas, surge, unavailable: surge === 0 && unavailable === 0 ? 1 : unavailable }
}

function resolve(value: unknown, total: number, round: (number: number) => number): number {
  if (typeof value === 'number') return value
  const percent = /^(\d+)%$/.exec(String(value))?.[1]
  return percent === undefined ? 0 : round((Number(percent) * total) / 100)
}

/** How many the new set is to have now: as many more as the surge allows. */
export function newCount({ replicas, surge }: Bounds, fresh: SetCount, olds: readonly SetCount[]): number {
  if (fresh.wanted >= replicas) return replicas
  const pods = fresh.wanted + sum(olds.map(({ wanted }) => wanted))
  const room = replicas + surge - pods
  return room <= 0 ? fresh.wanted : fresh.wanted + Math.min(room, replicas - fresh.wanted)
}

/** How many each old set is to keep (oldest first): what does not serve goes first, what serves only as far as enough others do. */
export function oldCounts(
  { replicas, unavailable }: Bounds,
  fresh: SetCount,
  olds: readonly SetCount[],
): readonly number[] {
  const least = replicas - unavailable
  const pods = fresh.wanted + sum(olds.map(({ wanted }) => wanted))
  let mayGo = pods - least - (fresh.wanted - fresh.available)
  const cleaned = olds.map(({ wanted, available }) => {
    const broken = Math.max(0, Math.min(wanted - available, mayGo))
    mayGo -= broken
    return wanted - broken
  })
  let spare = fresh.available + sum(olds.map(({ available }) => available)) - least
  return cleaned.map((wanted) => {
    const going = Math.max(0, Math.min(wanted, spare, mayGo))
    spare -= going
    mayGo -= going
    return wanted - going
  })
}

export function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0)
}

export function toCount(set: Stored): SetCount {
  return {
    wanted: numberAt(set, 'spec', 'replicas') ?? 0,
    available: numberAt(set, 'status', 'availableReplicas') ?? 0,
  }
}

export function byAge(a: Stored, b: Stored): number {
  const [one, other] = [meta(a, 'creationTimestamp'), meta(b, 'creationTimestamp')]
  if (one !== other) return one < other ? -1 : 1
  return revisionOf(a) - revisionOf(b)
}

export function revisionOf(object: JsonObject): number {
  return Number(stringAt(object, 'metadata', 'annotations', 'deployment.kubernetes.io/revision') ?? 0)
}
