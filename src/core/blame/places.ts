import type { OriginRole } from '#contract'
import type { SourceFile } from '../edit/candidates.ts'
import { imageName } from './probe.ts'
import { isKustomization, roleOf } from './roles.ts'
import type { Layers, Sources } from './roles.ts'
import { scalarsOf } from './scalars.ts'
import type { SourceScalar } from './scalars.ts'
import { shapeOf } from './target.ts'
import type { Target } from './target.ts'

/** A place that might be an origin, the likeliest with the lowest rank. */
export type Candidate = { readonly place: SourceScalar; readonly role: OriginRole; readonly rank: number }

/** Every value of a file that a render read; templates are no YAML, and have their own places. */
export function placesIn(file: SourceFile): readonly SourceScalar[] {
  if (/(^|\/)templates\//.test(file.path)) return []
  return /\.(ya?ml|json)$|(^|\/)Kustomization$/.test(file.path) ? scalarsOf(file) : []
}

/** May the file have to do with one of the targets? To find places in a text takes a hundred times as long as to look for a word. */
export function mayHold(
  { path, text }: SourceFile,
  targets: readonly Target[],
  { tool }: Pick<Sources, 'tool'>,
): boolean {
  if (tool !== 'kustomize' || isKustomization(path) || !/^kind:/m.test(text)) return true
  return targets.some(
    ({ key, name, plain }) =>
      /name$/i.test(name) || text.includes(String(plain)) || (text.includes(name) && text.includes(key.kind)),
  )
}

/** Lines `KEY=value` of text files, and the files as a whole: what generators make of them. */
export function textPlaces(
  targets: readonly Target[],
  files: readonly SourceFile[],
): readonly SourceScalar[] {
  const names = new Map(targets.map((target) => [target.name, target]))
  return files.flatMap((file) => {
    if (isKustomization(file.path)) return []
    const raw = { file: file.path, form: 'raw' as const, path: [], document: 0, kind: '' }
    const whole = targets.some(
      ({ plain }) => typeof plain === 'string' && plain.trim() !== '' && plain.trim() === file.text.trim(),
    )
    const places: SourceScalar[] = whole
      ? [{ ...raw, form: 'block', from: 0, to: file.text.length, value: file.text }]
      : []
    if (!/\.(ya?ml|json|tpl)$/.test(file.path))
      for (const match of file.text.matchAll(/^[ \t]*([\w.-]+)=(.*?)\r?$/gm)) {
        const [line, key = '', value = ''] = match
        const from = match.index + line.indexOf('=') + 1
        if (names.has(key) && value !== '')
          places.push({ ...raw, path: [key], from, to: from + value.length, value })
      }
    return places
  })
}

/** The places that could have to do with one of the targets, likeliest first. `refs`: ways into values that a template's line names. */
export function candidatesFor(
  targets: readonly Target[],
  places: readonly SourceScalar[],
  context: { readonly sources: Sources; readonly layers: Layers; readonly refs: readonly string[] },
): readonly Candidate[] {
  const { sources, layers } = context
  const refs = new Set(context.refs)
  const copies = sources.files.some(
    ({ path, text }) => isKustomization(path) && /^(replacements|vars):/m.test(text),
  )
  return places
    .flatMap((place): readonly Candidate[] => {
      if (isNoValue(place)) return []
      const ranks = targets
        .filter((target) => copies || sources.tool !== 'kustomize' || mayReach(place, target))
        .map((target) => rankOf(place, target, refs))
        .filter((rank) => rank !== undefined)
      return ranks.length === 0
        ? []
        : [{ place, role: roleOf(place, sources, layers), rank: Math.min(...ranks) }]
    })
    .toSorted((a, b) => a.rank - b.rank)
}

/**
 * Without replacements a kustomization moves no value from one field to another: a manifest or patch says it where the field is. Other
 * places are what transformers and generators are told, operations of JSON patches, and the names that references follow.
 */
function mayReach({ file, path, inside, kind, form }: SourceScalar, { key, shape, name }: Target): boolean {
  if (form === 'raw' || path.length === 0 || typeof path[0] === 'number') return true
  if (isKustomization(file) && inside === undefined) return true
  const own = shapeOf(path)
  return (
    (own === shape && (kind === '' || kind === key.kind)) || (own === 'metadata.name' && /name$/i.test(name))
  )
}

/** What a kustomization says about files and targets, and what an object is, is no value that moves into a field. */
function isNoValue({ file, path, inside }: SourceScalar): boolean {
  const last = String(path.at(-1))
  if (last === 'apiVersion' || last === 'kind') return true
  if (!isKustomization(file) || inside !== undefined) return false
  const [top] = path
  const valued =
    /^(images|replicas|namePrefix|nameSuffix|namespace|labels|commonLabels|commonAnnotations|configMapGenerator|secretGenerator|generatorOptions)$/
  if (!valued.test(String(top))) return true
  return (top === 'images' || top === 'replicas') && last === 'name'
}

/** Parts of a value that are short by nature. */
const partNames = /^(newTag|newName|digest|namePrefix|nameSuffix|namespace|tag|repository|registry)$/

/** Longer texts hold any word by chance. */
const maxHolder = 4_000

function rankOf(place: SourceScalar, target: Target, refs: ReadonlySet<string>): number | undefined {
  const way = place.path.join('.')
  const sameName = way.endsWith(target.name)
  const [value, wanted] = [String(place.value), String(target.plain)]
  if (refs.has(way) || value === `${target.name}=${wanted}`) return 0
  if (value === wanted) return sameName ? 0 : 2
  if (sameName && place.form === 'raw') return 1
  return typeof target.plain === 'string' ? rankOfPart(place, target.plain, sameName) : undefined
}

/** The place may be a part of the field, or the field a part of it. */
function rankOfPart(place: SourceScalar, wanted: string, sameName: boolean): number | undefined {
  const name = String(place.path.findLast((step) => typeof step === 'string') ?? '')
  const value = String(place.value)
  if (wanted === '' || value === '') return undefined
  const isShortPart = partNames.test(name) && wanted.includes(value)
  const isImage = name === 'image' && sameName && wanted.includes(imageName(value))
  if (isShortPart || isImage) return 1
  if (value.length >= 2 && wanted.includes(value)) return sameName ? 1 : 3
  return value.length <= maxHolder && wanted.length >= 3 && value.includes(wanted) ? 4 : undefined
}

/** Places that are called the same, so that one of them alone cannot be renamed: names in kustomizations, patches and manifests. */
export function namesakesOf(
  { place, role }: Candidate,
  places: readonly SourceScalar[],
  targets: readonly Target[],
): readonly SourceScalar[] {
  const last = place.path.at(-1)
  // A patch is called after the object; it never names it.
  if ((role !== 'base' && role !== 'manifest') || (last !== 'name' && last !== 'image')) return []
  if (!targets.some(({ shape, key }) => shape === shapeOf(place.path) && key.kind === place.kind)) return []
  const name = last === 'image' ? imageName(String(place.value)) : place.value
  return places.filter(
    ({ path, value, file, from }) =>
      path.at(-1) === 'name' &&
      value === name &&
      (file !== place.file || from !== place.from) &&
      (last === 'name' || (isKustomization(file) && path[0] === 'images')),
  )
}
