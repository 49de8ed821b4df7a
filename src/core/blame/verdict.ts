import type { OriginShare } from '#contract'
import { readPath } from '../diff/path.ts'
import type { ScalarValue } from '../edit/splice.ts'
import type { Manifest } from '../manifest/index.ts'
import type { Probe } from './probe.ts'
import { isScalarValue, sameObject } from './target.ts'
import type { Target } from './target.ts'

/**
 * What a trial says: with the place changed and everything rendered again, did the field follow? Undefined = it did not, so the place is no
 * origin of it. A kustomization moves values as they are, and whatever else moves with a trial is a patch that no longer matches: it must
 * follow to the letter. A template computes: there any movement counts.
 */
export function verdictOf(trial: {
  readonly target: Target
  readonly probe: Probe
  readonly before: readonly Manifest[]
  readonly after: readonly Manifest[]
  readonly decode: (text: string) => string | undefined
  readonly computes: boolean
}): OriginShare | undefined {
  const { target, probe, before, after, decode } = trial
  const manifest = sameObject(target.key, before, after, probe.mark)
  const path = manifest === undefined ? target.path : pathAfter(manifest, target, probe)
  const found = manifest === undefined ? undefined : readPath(manifest.object, path)
  if (found?.found !== true || !isScalarValue(found.value)) return undefined
  const now = found.value
  if (now === target.value) return undefined
  const plain = target.plain === target.value || typeof now !== 'string' ? now : (decode(now) ?? now)
  return followed(plain, target.plain, probe) ?? (trial.computes ? 'decides' : undefined)
}

/** A path with the value itself in it, as the key of a list's item, leads nowhere once the trial has changed the value. */
function pathAfter({ object }: Manifest, { path, value }: Target, { to, mark }: Probe): string {
  if (readPath(object, path).found) return path
  const now = mark === undefined ? to : `${String(value)}${mark}`
  return path.replaceAll(`=${JSON.stringify(value)}`, `=${JSON.stringify(now)}`)
}

/** To the letter: what is new in the field is what is new in the place. */
function followed(now: ScalarValue, was: ScalarValue, { from, to, mark }: Probe): OriginShare | undefined {
  const [before, after] = [String(was), String(now)]
  const share = String(from).includes(before) ? 'whole' : 'part'
  if (mark !== undefined)
    return after.includes(mark) && after.replaceAll(mark, '') === before ? share : undefined
  return after === before.replaceAll(String(from), String(to)) && before.includes(String(from))
    ? share
    : undefined
}
