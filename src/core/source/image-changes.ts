import type { ResourceKey } from '#contract'
import { at, containersOf, keyString, listAt, podSpecPaths, stringAt, stringsAt } from '../manifest/index.ts'
import type { JsonObject, Manifest } from '../manifest/index.ts'
import { parseImage } from './image-reference.ts'
import type { ImageReference } from './image-reference.ts'
import type { VersionEvidence } from './version-evidence.ts'

/** One image that changes its version, and each place where it does so. */
export type ImageChange = {
  readonly from: VersionEvidence
  readonly to: VersionEvidence
  readonly places: readonly { readonly key: ResourceKey; readonly container: string }[]
}

export const revisionLabel = 'org.opencontainers.image.revision'
export const sourceLabel = 'org.opencontainers.image.source'
const versionLabel = 'app.kubernetes.io/version'

/**
 * Images that differ between two renders, by object and container, in the order of `after`. What was added or removed has no versions
 * to go between. An image whose tag stays (`latest`) changes where its revision label does.
 */
export function imageChanges(
  before: readonly Manifest[],
  after: readonly Manifest[],
): readonly ImageChange[] {
  const old = new Map(before.map(({ key, object }) => [keyString(key), object]))
  const found = new Map<string, ImageChange>()
  for (const { key, object } of after) {
    const earlier = old.get(keyString(key))
    if (earlier === undefined || earlier === object) continue
    for (const { container, from, to } of changesIn(earlier, object)) {
      const id = JSON.stringify([from, to])
      const known = found.get(id)
      found.set(id, { from, to, places: [...(known?.places ?? []), { key, container }] })
    }
  }
  return [...found.values()]
}

type Used = { readonly container: string; readonly image: ImageReference }

function changesIn(earlier: JsonObject, object: JsonObject) {
  const before = imagesIn(earlier)
  const labels = { before: labelsOf(earlier), after: labelsOf(object) }
  const main = { before: mainImage(earlier), after: mainImage(object) }
  return imagesIn(object).flatMap(({ container, image }) => {
    const old = before.find((one) => one.container === container)?.image
    if (old === undefined) return []
    // The labels of a pod are about its main container, not about what is injected beside it.
    const isMain = image.name === main.after && old.name === main.before
    const [from, to] = evidence(old, image, isMain ? labels : undefined)
    const isSame = old.name === image.name && old.tag === image.tag && old.digest === image.digest
    return isSame && from.revision === undefined ? [] : [{ container, from, to }]
  })
}

type Labels = Readonly<Record<string, string>>

/** A label that is the same on both sides did not come with the image: charts write their own version there, whatever the tag. */
function evidence(
  old: ImageReference,
  now: ImageReference,
  labels: { readonly before: Labels; readonly after: Labels } | undefined,
): readonly [VersionEvidence, VersionEvidence] {
  if (labels === undefined) return [{ image: old }, { image: now }]
  const { before, after } = labels
  const side = (image: ImageReference, own: Labels, other: Labels): VersionEvidence => {
    const [revision, version] = [own[revisionLabel], own[versionLabel]]
    const isFresh = revision !== other[revisionLabel]
    return {
      image,
      ...(revision === undefined ? {} : isFresh ? { revision } : { staleRevision: revision }),
      ...(version === undefined || version === other[versionLabel] ? {} : { version }),
    }
  }
  return [side(old, before, after), side(now, after, before)]
}

/** Images of an object's containers that can be read as such, in order. */
export function imagesIn(object: JsonObject): readonly Used[] {
  return containersOf(object).flatMap((item) => {
    const [container, text] = [stringAt(item, 'name'), stringAt(item, 'image')]
    const image = text === undefined ? undefined : parseImage(text)
    return image === undefined ? [] : [{ container: container ?? image.last, image }]
  })
}

/** Labels and annotations of the object and, before them, of its pod template. */
export function labelsOf(object: JsonObject): Labels {
  const owners = [object, ...podSpecPaths(object).map((path) => at(object, ...path.slice(0, -1)))]
  return Object.assign(
    {},
    ...owners.flatMap((owner) => [
      stringsAt(owner, 'metadata', 'labels'),
      stringsAt(owner, 'metadata', 'annotations'),
    ]),
  ) as Labels
}

/** The full name of the image that the object is about: its only one, else the one that is called as the object is. */
export function mainImage(object: JsonObject): string | undefined {
  const images =
    podSpecPaths(object).flatMap((path) => listAt(at(object, ...path), 'containers')).length === 1
      ? imagesIn(object).slice(0, 1)
      : []
  const names = new Set([stringAt(object, 'metadata', 'name'), labelsOf(object)['app.kubernetes.io/name']])
  const found =
    images[0] ??
    imagesIn(object).find(({ container, image }) => names.has(container) || names.has(image.last))
  return found?.image.name
}
