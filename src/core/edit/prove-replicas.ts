import type { ResourceKey } from '#contract'
import { canonical, displayKey, keyString, withAt } from '../manifest/index.ts'
import type { Manifest } from '../manifest/index.ts'
import { valueAt } from './splice.ts'

/** `effect`: what rendering again showed: `none` = the workload's count did not follow, `other` = it did, and more changed. */
export type ReplicasProof =
  { readonly ok: true } | { readonly ok: false; readonly effect: 'none' | 'other'; readonly why: string }

/** Of two renders: is `spec.replicas` of that one workload, now `to`, the only difference? */
export function proveOnlyReplicas(
  before: readonly Manifest[],
  after: readonly Manifest[],
  key: ResourceKey,
  to: number,
): ReplicasProof {
  const old = byKey(before)
  const fresh = byKey(after)
  const name = keyString(key)
  const own = proveObject(old.get(name) ?? [], fresh.get(name) ?? [], key, to)
  if (!own.ok && own.effect === 'none') return own
  const other = [...new Set([...old.keys(), ...fresh.keys()])].find(
    (each) => each !== name && textOf(old.get(each)) !== textOf(fresh.get(each)),
  )
  const changed = other === undefined ? undefined : (fresh.get(other)?.[0] ?? old.get(other)?.[0])
  return changed === undefined
    ? own
    : { ok: false, effect: 'other', why: `${displayKey(changed.key)} would change too` }
}

function proveObject(
  before: readonly Manifest[],
  after: readonly Manifest[],
  key: ResourceKey,
  to: number,
): ReplicasProof {
  const [was, is] = [before[0], after[0]]
  const no = (effect: 'none' | 'other', words: string) =>
    ({ ok: false, effect, why: `${displayKey(key)} ${words}` }) as const
  if (was === undefined || is === undefined) return no('none', 'would appear or go away')
  if (before.length > 1 || after.length > 1) return no('none', 'is declared more than once')
  const count = valueAt(is.object, ['spec', 'replicas'])
  if (count !== to) return no('none', `would have ${JSON.stringify(count) ?? 'no'} replicas, not ${to}`)
  return canonical(withAt(was.object, ['spec', 'replicas'], to)) === canonical(is.object)
    ? { ok: true }
    : no('other', 'would change in other fields too')
}

function byKey(manifests: readonly Manifest[]): ReadonlyMap<string, readonly Manifest[]> {
  return Map.groupBy(manifests, (manifest) => keyString(manifest.key))
}

function textOf(manifests: readonly Manifest[] | undefined): string {
  return manifests === undefined ? '' : canonical(manifests.map(({ object }) => object))
}
