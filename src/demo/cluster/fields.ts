import { at, isObject, listAt } from '#core'
import type { JsonObject } from '#core'
import type { Schema } from './schemas.ts'

export type Checked = {
  readonly object: JsonObject
  /** Fields that the kind has not, left out of `object`. */
  readonly unknown: readonly string[]
  /** Values of another type than the field's, in the decoder's words. */
  readonly wrong: readonly string[]
}

/** Reads an object as its type has it: what it does not know is left out; nulls, empty maps and empty lists are nothing. */
export function readAs(object: JsonObject, schema: Schema): Checked {
  const unknown: string[] = []
  const wrong: string[] = []
  const kind = String(object['kind'])

  function read(value: unknown, node: JsonObject, path: string): unknown {
    if (value === null) return undefined
    const type = node['type']
    if (Array.isArray(node['oneOf']) || type === undefined) return value
    if (type === 'array') return readList(value, node, path)
    if (type === 'object') return readObject(value, node, path)
    const is = Number.isInteger(value) ? 'integer' : typeof value
    if (is === type || (type === 'number' && is === 'integer')) return value
    wrong.push(mismatch(value, path, typeof type === 'string' ? type : 'object'))
    return undefined
  }
  function readList(value: unknown, node: JsonObject, path: string): unknown {
    const items = schema.follow(node['items'])
    if (Array.isArray(value))
      return value.length === 0
        ? undefined
        : value.map((item, index) => read(item, items, `${path}[${index}]`))
    wrong.push(mismatch(value, path, 'array'))
    return undefined
  }
  function readObject(value: unknown, node: JsonObject, path: string): unknown {
    if (!isObject(value)) {
      wrong.push(mismatch(value, path, 'object'))
      return undefined
    }
    const properties = node['properties']
    const others = node['additionalProperties']
    if (!isObject(properties) && others === undefined) return value
    const kept = Object.entries(value).flatMap(([name, inner]): [string, unknown][] => {
      const here = path === '' ? name : `${path}.${name}`
      const own = isObject(properties) ? properties[name] : undefined
      if (own === undefined && others === undefined) {
        unknown.push(here)
        return []
      }
      const result = read(inner, schema.follow(own ?? others), here)
      return result === undefined ? [] : [[name, result]]
    })
    // The server keeps empty structures, but neither empty maps nor empty lists.
    return isObject(properties) || kept.length > 0 ? Object.fromEntries(kept) : undefined
  }
  function mismatch(value: unknown, path: string, type: string): string {
    const is = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value
    return `json: cannot unmarshal ${is} into Go struct field ${kind}.${path} of type ${type}`
  }
  const result = read(object, schema.node, '') as JsonObject
  return { object: result, unknown, wrong }
}

/** Part of every new object of the server, empty as it may be: who fills it does not own that it is there. */
const alwaysThere = new Set([
  'metadata',
  'spec',
  'status',
  'data',
  'spec.strategy',
  'spec.template',
  'spec.template.metadata',
  'spec.template.spec',
  'spec.template.spec.containers',
  'spec.containers',
])

/**
 * `fieldsV1` of all that a value holds, as the server writes it for an `Update` that made it. Controllers' own writes are recorded by this;
 * every write over the API goes through upstream's merge.
 */
export function fieldsOf(
  value: JsonObject,
  schema: Schema,
  options: { readonly top: readonly string[]; readonly there?: readonly string[] },
): JsonObject {
  const there = new Set([...alwaysThere, ...(options.there ?? [])])
  const properties = at(schema.node, 'properties')
  const entries = options.top.flatMap((name): [string, unknown][] => {
    const inner = value[name]
    if (inner === undefined || !isObject(properties)) return []
    return [[`f:${name}`, below(inner, schema.follow(properties[name]), name)]]
  })
  return Object.fromEntries(entries)

  function below(inner: unknown, node: JsonObject, path: string): JsonObject {
    const own = there.has(path) ? {} : { '.': {} }
    if (isObject(inner)) return belowObject(inner, node, { path, own })
    if (!Array.isArray(inner) || node['x-kubernetes-list-type'] !== 'map') return {}
    const keys = listAt(node, 'x-kubernetes-list-map-keys').map(String)
    const items = schema.follow(node['items'])
    const named = inner.filter(isObject).map((item): [string, unknown] => {
      const key = Object.fromEntries(keys.toSorted().map((one) => [one, item[one]]))
      return [`k:${JSON.stringify(key)}`, below(item, items, `${path}[]`)]
    })
    return { ...own, ...Object.fromEntries(named) }
  }
  function belowObject(
    inner: JsonObject,
    node: JsonObject,
    { path, own }: { readonly path: string; readonly own: JsonObject },
  ): JsonObject {
    const all = Object.entries(inner).filter(([, one]) => one !== undefined)
    if (node['x-kubernetes-map-type'] === 'atomic' || all.length === 0) return {}
    const properties = node['properties']
    const fields = all.map(([name, one]): [string, unknown] => {
      const place = (isObject(properties) ? properties[name] : undefined) ?? node['additionalProperties']
      return [`f:${name}`, below(one, schema.follow(place), `${path}.${name}`)]
    })
    return { ...own, ...Object.fromEntries(fields) }
  }
}
