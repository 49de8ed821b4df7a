import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliDecompressSync } from 'node:zlib'
import { at, isObject, listAt, stringAt } from '#core'
import type { JsonObject } from '#core'
import { allKinds, rootOf } from './kinds.ts'
import type { ServedKind } from './kinds.ts'

/** What was recorded from the real control plane (test/control-plane/record-schemas.ts), cut down to the kinds served here. */
export type Schemas = {
  readonly version: JsonObject
  /** Aggregated discovery of `/api` or `/apis`. */
  readonly discovery: (root: '/api' | '/apis') => JsonObject
  /** OpenAPI v3 document by its path (`apis/apps/v1`). */
  readonly document: (path: string) => JsonObject | undefined
  /** `/openapi/v3`: documents with a hash of their content. */
  readonly index: () => JsonObject
  readonly schemaOf: (kind: ServedKind) => Schema
}

/** One place in a schema; `follow` resolves references. */
export type Schema = {
  readonly node: JsonObject
  readonly follow: (node: unknown) => JsonObject
}

export function readSchemas(folder: string): Schemas {
  const recorded = readJson(join(folder, 'discovery.json.br'))
  const documents = readJson(join(folder, 'openapi.json.br'))
  const paths = [...new Set(allKinds.map(rootOf))]
  const hashes = new Map<string, string>()
  const hashOf = (path: string) => {
    const known = hashes.get(path)
    if (known !== undefined) return known
    const made = createHash('sha512').update(JSON.stringify(documents[path])).digest('hex').toUpperCase()
    hashes.set(path, made)
    return made
  }
  const roots = { '/api': servedOnly(recorded['/api']), '/apis': servedOnly(recorded['/apis']) }
  const places = new Map<ServedKind, Schema>()
  return {
    version: recorded['/version'] as JsonObject,
    discovery: (root) => roots[root],
    document: (path) => (paths.includes(path) ? (documents[path] as JsonObject) : undefined),
    index: () => ({
      paths: Object.fromEntries(
        paths.map((path) => [path, { serverRelativeURL: `/openapi/v3/${path}?hash=${hashOf(path)}` }]),
      ),
    }),
    schemaOf: (kind) => {
      const known = places.get(kind)
      if (known !== undefined) return known
      const made = placeOf(documents[rootOf(kind)], kind)
      places.set(kind, made)
      return made
    },
  }
}

function readJson(file: string): JsonObject {
  return JSON.parse(brotliDecompressSync(readFileSync(file)).toString()) as JsonObject
}

/** Kinds and subresources that are not served are left out, and groups that hold nothing else. */
function servedOnly(list: unknown): JsonObject {
  const items = listAt(list, 'items').filter(isObject)
  return {
    ...(list as JsonObject),
    items: items.flatMap((item) => {
      const group = stringAt(item, 'metadata', 'name') ?? ''
      const versions = listAt(item, 'versions').flatMap((entry) => {
        const version = stringAt(entry, 'version') ?? ''
        const resources = listAt(entry, 'resources')
          .filter(isObject)
          .flatMap((one) => resourceOf(one, group, version))
        return resources.length === 0 ? [] : [{ ...(entry as JsonObject), resources }]
      })
      return versions.length === 0 ? [] : [{ ...item, versions }]
    }),
  }
}

function resourceOf(one: JsonObject, group: string, version: string): readonly JsonObject[] {
  if (group === 'authorization.k8s.io') return one['resource'] === 'selfsubjectaccessreviews' ? [one] : []
  const kind = allKinds.find(
    (served) => served.group === group && served.version === version && served.plural === one['resource'],
  )
  if (kind === undefined) return []
  const subresources = listAt(one, 'subresources').filter((sub) =>
    [...kind.subresources, ...(kind.kind === 'Pod' ? ['log'] : [])].includes(
      stringAt(sub, 'subresource') ?? '',
    ),
  )
  const verbs = listAt(one, 'verbs').filter((verb) => verb !== 'deletecollection')
  const { subresources: _all, ...rest } = one
  return [{ ...rest, verbs, ...(subresources.length === 0 ? {} : { subresources }) }]
}

function placeOf(document: unknown, kind: ServedKind): Schema {
  const schemas = at(document, 'components', 'schemas')
  const all = isObject(schemas) ? schemas : {}
  const found = Object.values(all).find((schema) =>
    listAt(schema, 'x-kubernetes-group-version-kind').some(
      (one) =>
        stringAt(one, 'group') === kind.group &&
        stringAt(one, 'kind') === kind.kind &&
        stringAt(one, 'version') === kind.version,
    ),
  )
  if (!isObject(found)) throw new Error(`There is no recorded schema of ${kind.kind}.`)
  const follow = (node: unknown): JsonObject => {
    if (!isObject(node)) return {}
    const [inner] = listAt(node, 'allOf')
    const reference = stringAt(node, '$ref') ?? stringAt(inner, '$ref')
    if (reference === undefined) return node
    // What stands beside the reference (list types, merge keys) is about this place, not about the type.
    return { ...follow(all[reference.slice(reference.lastIndexOf('/') + 1)]), ...node, allOf: undefined }
  }
  return { node: found, follow }
}
