import type { ManifestDiff, RenderedChange, ResourceKey } from '#contract'
import {
  canonical,
  compare,
  keyString,
  orderManifests,
  redactPair,
  toYaml,
  isSecret,
} from '../manifest/index.ts'
import type { JsonObject, Manifest } from '../manifest/index.ts'
import { diffFields } from './fields.ts'
import { fieldWords } from './words.ts'

/** What differs between two renders, object by object in apply order of `after`, then what is gone. */
export function renderedChanges(
  before: readonly Manifest[],
  after: readonly Manifest[],
): readonly RenderedChange[] {
  return pairs(before, after).map(({ key, old, now }): RenderedChange => {
    if (old === undefined) return { key, kind: 'added', words: [`+${key.kind}`] }
    if (now === undefined) return { key, kind: 'removed', words: [`-${key.kind}`] }
    return { key, kind: 'changed', words: wordsOf(old, now) }
  })
}

/** Both sides as YAML of every object that differs, secrets masked. */
export function manifestDiffs(
  before: readonly Manifest[],
  after: readonly Manifest[],
): readonly ManifestDiff[] {
  return pairs(before, after).map(({ key, old, now }) => {
    const fields = changedPaths(old, now)
    return { ...manifestDiff(key, old, now), ...(fields.length === 0 ? {} : { fields }) }
  })
}

const mostFields = 60

/** What both sides have and that differs; what only one of them has is no field to ask the other about. */
function changedPaths(old: JsonObject | undefined, now: JsonObject | undefined): readonly string[] {
  if (old === undefined || now === undefined) return []
  return diffFields(old, now)
    .filter(({ after }) => after !== undefined)
    .map(({ path }) => path)
    .slice(0, mostFields)
}

export function manifestDiff(
  key: ResourceKey,
  before: JsonObject | undefined,
  after: JsonObject | undefined,
): ManifestDiff {
  const masked = redactPair(before, after)
  return {
    key,
    ...(masked.before === undefined ? {} : { before: toYaml(masked.before) }),
    ...(masked.after === undefined ? {} : { after: toYaml(masked.after) }),
  }
}

type Pair = {
  readonly key: ResourceKey
  readonly old: JsonObject | undefined
  readonly now: JsonObject | undefined
}

function pairs(before: readonly Manifest[], after: readonly Manifest[]): readonly Pair[] {
  const old = new Map(before.map((manifest) => [keyString(manifest.key), manifest]))
  const now = new Map(after.map((manifest) => [keyString(manifest.key), manifest]))
  const gone = orderManifests(before.filter(({ key }) => !now.has(keyString(key))))
  return [...orderManifests(after), ...gone]
    .map(({ key }) => ({ key, old: old.get(keyString(key))?.object, now: now.get(keyString(key))?.object }))
    .filter(({ old: a, now: b }) => a === undefined || b === undefined || canonical(a) !== canonical(b))
}

const mostWords = 12

function wordsOf(old: JsonObject, now: JsonObject): readonly string[] {
  const secret = isSecret(old) || isSecret(now)
  const words = diffFields(old, now).flatMap((difference) => fieldWords(difference, secret))
  const telling = [...new Map(words.map((word) => [word.text, word])).values()].toSorted(
    (a, b) => a.rank - b.rank || compare(a.text, b.text),
  )
  // Keyed items are told apart whatever their order; where nothing else differs, the order does.
  const texts = telling.length === 0 ? ['order'] : telling.map(({ text }) => text)
  return texts.length <= mostWords
    ? texts
    : [...texts.slice(0, mostWords), `and ${texts.length - mostWords} more`]
}
