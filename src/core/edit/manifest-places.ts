import type { ResourceKey } from '#contract'
import { at, isObject, keyOf, readYaml, splitDocuments, YamlProblem } from '../manifest/index.ts'
import type { JsonObject } from '../manifest/index.ts'
import type { ReplicaPlace, ReplicaSearch, SourceFile } from './candidates.ts'
import { sameKind } from './workload.ts'

/** Plain manifests: the document that declares the workload, with a count or without one yet. */
export function manifestPlaces({ inputs, key }: ReplicaSearch): readonly ReplicaPlace[] {
  return inputs.flatMap((file) =>
    objectsIn(file)
      .filter((object) => {
        const own = keyOf(object)
        return (
          sameKind(own, key) && own.name === key.name && (own.namespace || key.namespace) === key.namespace
        )
      })
      .map((object) => placeOfObject(file, object, key.namespace)),
  )
}

/** The count of an object that a file declares. `namespace` narrows the search where two objects share kind and name. */
export function placeOfObject(file: SourceFile, object: JsonObject, namespace?: string): ReplicaPlace {
  const own = keyOf(object)
  const narrow = own.namespace !== '' && own.namespace === namespace ? { namespace } : {}
  return {
    kind: at(object, 'spec', 'replicas') === undefined ? 'absent' : 'manifest',
    text: file.text,
    file: file.path,
    document: { kind: own.kind, name: own.name, group: own.group, ...narrow },
    path: ['spec', 'replicas'],
  }
}

/** Every document of a file that can be read; Lists are opened. Files that cannot be read have no place to edit. */
export function objectsIn(file: SourceFile): readonly JsonObject[] {
  return valuesIn(file).flatMap(openList)
}

/** The raw values of all readable documents. */
export function valuesIn(file: SourceFile): readonly unknown[] {
  if (!/\.(ya?ml|json)$|(^|\/)Kustomization$/.test(file.path)) return []
  return splitDocuments(file.text).flatMap((document) => {
    try {
      return [readYaml(document.text)]
    } catch (error) {
      if (error instanceof YamlProblem) return []
      throw error
    }
  })
}

function openList(value: unknown): readonly JsonObject[] {
  if (!isObject(value)) return []
  const isList = typeof value.kind === 'string' && value.kind.endsWith('List') && Array.isArray(value.items)
  return isList ? (value.items as readonly unknown[]).flatMap(openList) : [value]
}

/** Could the rendered name come from this one? Prefixes and suffixes are added around it. */
export function mayBecome(declared: string, key: ResourceKey): boolean {
  return declared !== '' && key.name.includes(declared)
}
