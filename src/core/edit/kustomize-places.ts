import { at, isObject, keyOf, listAt, numberAt, stringAt } from '../manifest/index.ts'
import type { ReplicaPlace, ReplicaSearch, SourceFile } from './candidates.ts'
import { mayBecome, objectsIn, placeOfObject, valuesIn } from './manifest-places.ts'
import { sameKind } from './workload.ts'

const kustomizationFile = /(^|\/)(kustomization\.ya?ml|Kustomization)$/

/**
 * Kustomize applies bases first, then patches, then `replicas:` of each layer: the places are given from the last that is applied to
 * the first. The app's own folder is the outermost layer. Counts that exist come before a manifest that has none yet.
 */
export function kustomizePlaces(search: ReplicaSearch): readonly ReplicaPlace[] {
  const places = search.inputs.flatMap((file) =>
    kustomizationFile.test(file.path)
      ? [...overlayEntries(file, search), ...inlinePatches(file)]
      : declared(file, search),
  )
  return places
    .map((place, index) => ({ place, index, rank: rankOf(place, search) }))
    .toSorted((a, b) => a.rank - b.rank || a.index - b.index)
    .map(({ place }) => place)
}

function overlayEntries(file: SourceFile, { key }: ReplicaSearch): readonly ReplicaPlace[] {
  return valuesIn(file).flatMap((value) =>
    listAt(value, 'replicas').flatMap((entry, index): readonly ReplicaPlace[] =>
      mayBecome(stringAt(entry, 'name') ?? '', key)
        ? [{ ...wholeOf(file), kind: 'overlay-replicas', path: ['replicas', index, 'count'] }]
        : [],
    ),
  )
}

/** Patches written into the kustomization are blocks of text: named as the place, so that the refusal says where to look. */
function inlinePatches(file: SourceFile): readonly ReplicaPlace[] {
  return valuesIn(file).flatMap((value) =>
    ['patches', 'patchesJson6902'].flatMap((field) =>
      listAt(value, field).flatMap((entry, index): readonly ReplicaPlace[] => {
        const setsCount = /\breplicas\b/.test(stringAt(entry, 'patch') ?? '')
        return setsCount ? [{ ...wholeOf(file), kind: 'patch', path: [field, index, 'patch'] }] : []
      }),
    ),
  )
}

function declared(file: SourceFile, { key }: ReplicaSearch): readonly ReplicaPlace[] {
  const objects = objectsIn(file).filter((object) => {
    const own = keyOf(object)
    return sameKind(own, key) && mayBecome(own.name, key)
  })
  // What has no pod template is no workload of its own but a patch; adding a count there is not ours to choose.
  const places = objects
    .filter(
      (object) =>
        numberAt(object, 'spec', 'replicas') !== undefined || isObject(at(object, 'spec', 'selector')),
    )
    .map((object): ReplicaPlace => {
      const place = placeOfObject(file, object)
      return isObject(at(object, 'spec', 'selector')) ? place : { ...place, kind: 'patch' }
    })
  return [...places, ...jsonPatchValues(file)]
}

/** A file of JSON patch operations names no object: the trial tells whom it reaches. */
function jsonPatchValues(file: SourceFile): readonly ReplicaPlace[] {
  return valuesIn(file).flatMap((value) =>
    (Array.isArray(value) ? value : []).flatMap((operation: unknown, index): readonly ReplicaPlace[] =>
      stringAt(operation, 'path') === '/spec/replicas' && numberAt(operation, 'value') !== undefined
        ? [{ ...wholeOf(file), kind: 'patch', path: [index, 'value'] }]
        : [],
    ),
  )
}

function wholeOf(file: SourceFile): Pick<ReplicaPlace, 'text' | 'file' | 'document'> {
  return { text: file.text, file: file.path, document: 'only' }
}

const kinds: Readonly<Record<ReplicaPlace['kind'], number>> = {
  'overlay-replicas': 0,
  patch: 1,
  manifest: 2,
  value: 2,
  absent: 9,
}

function rankOf(place: ReplicaPlace, { appPath }: ReplicaSearch): number {
  const folder = place.file.slice(0, Math.max(0, place.file.lastIndexOf('/')))
  const app = appPath === '.' ? '' : appPath
  const inside = folder === app || app === '' || folder.startsWith(`${app}/`)
  return kinds[place.kind] * 2 + (inside ? 0 : 20)
}
