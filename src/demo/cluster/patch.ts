import { at, isObject, listAt, stringAt } from '#core'
import type { JsonObject } from '#core'
import { ApiFailure, badRequest } from './failure.ts'
import { copyOf, isEqual } from './object.ts'
import type { Mutable } from './object.ts'
import type { Schema } from './schemas.ts'

/** JSON merge patch (RFC 7386). */
export function mergePatch(live: JsonObject, patch: JsonObject): JsonObject {
  const result: Mutable = { ...live }
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete result[name]
    else if (isObject(value)) result[name] = mergePatch(isObject(live[name]) ? live[name] : {}, value)
    else result[name] = value
  }
  return result
}

/** JSON patch (RFC 6902): all of it or nothing. */
export function jsonPatch(live: JsonObject, patch: unknown): JsonObject {
  if (!Array.isArray(patch))
    throw badRequest('error decoding patch: json: cannot unmarshal object into a list')
  const holder: Mutable = { root: copyOf(live) }
  for (const operation of patch) run(holder, operation)
  const { root } = holder
  if (!isObject(root)) throw refused('the result is no object')
  return root
}

function run(holder: Mutable, operation: unknown): void {
  const [op, path, from] = ['op', 'path', 'from'].map((name) => stringAt(operation, name) ?? '')
  const value = structuredClone(at(operation, 'value'))
  switch (op) {
    case 'add':
      return put(holder, path ?? '', value, 'add')
    case 'replace':
      return put(holder, path ?? '', value, 'replace')
    case 'remove':
      take(holder, path ?? '')
      return
    case 'move':
      return put(holder, path ?? '', take(holder, from ?? ''), 'add')
    case 'copy':
      return put(holder, path ?? '', structuredClone(find(holder, from ?? '')), 'add')
    case 'test':
      if (isEqual(find(holder, path ?? ''), value)) return
      throw refused(`testing value ${path} failed: test failed`)
    default:
      throw badRequest(`unexpected kind of operation: ${op}`)
  }
}

function refused(why: string): ApiFailure {
  return new ApiFailure(
    422,
    'Invalid',
    `the server rejected our request due to an error in our request: ${why}`,
    {},
  )
}

function wordsOf(path: string): string[] {
  if (path !== '' && !path.startsWith('/')) throw badRequest(`invalid JSON pointer: ${path}`)
  return [
    'root',
    ...path
      .split('/')
      .slice(1)
      .map((word) => word.replaceAll('~1', '/').replaceAll('~0', '~')),
  ]
}

function find(holder: Mutable, path: string): unknown {
  return wordsOf(path).reduce<unknown>((here, word) => {
    if (Array.isArray(here)) return here[Number(word)]
    return isObject(here) ? here[word] : undefined
  }, holder)
}

function place(holder: Mutable, path: string): { readonly parent: unknown; readonly last: string } {
  const words = wordsOf(path)
  const last = words.pop() ?? ''
  const parent = words.reduce<unknown>((here, word) => {
    if (Array.isArray(here)) return here[Number(word)]
    return isObject(here) ? here[word] : undefined
  }, holder)
  if (!isObject(parent) && !Array.isArray(parent)) throw refused(`missing path: ${path}`)
  return { parent, last }
}

function put(holder: Mutable, path: string, value: unknown, how: 'add' | 'replace'): void {
  const { parent, last } = place(holder, path)
  if (Array.isArray(parent)) {
    const index = last === '-' ? parent.length : Number(last)
    const end = how === 'add' ? parent.length : parent.length - 1
    if (!Number.isInteger(index) || index < 0 || index > end) throw refused(`no such index: ${path}`)
    parent.splice(index, how === 'add' ? 0 : 1, value)
    return
  }
  const object = parent as Mutable
  if (how === 'replace' && !(last in object))
    throw refused(`replace operation does not apply: missing key: ${path}`)
  object[last] = value
}

function take(holder: Mutable, path: string): unknown {
  const { parent, last } = place(holder, path)
  if (Array.isArray(parent)) {
    if (!(Number(last) in parent)) throw refused(`remove operation does not apply: no such index: ${path}`)
    return parent.splice(Number(last), 1)[0] as unknown
  }
  const object = parent as Mutable
  if (!(last in object)) throw refused(`remove operation does not apply: missing key: ${path}`)
  const value = object[last]
  delete object[last]
  return value
}

/** Strategic merge patch, which `kubectl edit` and `kubectl set` send: lists of named things are merged by their key. */
export function strategicPatch(live: JsonObject, patch: JsonObject, schema: Schema): JsonObject {
  return mergeObjects(live, patch, schema.node)

  function mergeObjects(old: JsonObject, change: JsonObject, node: JsonObject): JsonObject {
    if (change['$patch'] === 'replace') return withoutDirectives(change)
    const result: Mutable = { ...old }
    const keep = listAt(change, '$retainKeys')
    if (keep.length > 0) for (const name of Object.keys(result)) if (!keep.includes(name)) delete result[name]
    const properties = node['properties']
    for (const [name, value] of Object.entries(change)) {
      if (name.startsWith('$deleteFromPrimitiveList/')) {
        const field = name.slice(name.indexOf('/') + 1)
        result[field] = listAt(old, field).filter((one) => !listAt(change, name).includes(one))
      }
      if (name.startsWith('$')) continue
      const own = isObject(properties) ? properties[name] : undefined
      const inner = schema.follow(own ?? node['additionalProperties'])
      if (value === null) delete result[name]
      else if (isObject(value))
        result[name] = mergeObjects(isObject(old[name]) ? old[name] : {}, value, inner)
      else result[name] = Array.isArray(value) ? mergeLists(old[name], value, inner) : value
    }
    return result
  }
  function mergeLists(old: unknown, change: readonly unknown[], node: JsonObject): unknown {
    const merges = (stringAt(node, 'x-kubernetes-patch-strategy') ?? '').includes('merge')
    if (!merges || !Array.isArray(old)) return change.filter((one) => at(one, '$patch') === undefined)
    const key = node['x-kubernetes-patch-merge-key']
    if (typeof key !== 'string') return [...new Set([...old, ...change])]
    const result: unknown[] = [...old]
    for (const item of change.filter(isObject)) {
      const index = result.findIndex((one) => at(one, key) === item[key])
      const known = result[index]
      if (item['$patch'] === 'delete') result.splice(index, index < 0 ? 0 : 1)
      else if (isObject(known)) result[index] = mergeObjects(known, item, schema.follow(node['items']))
      else result.push(withoutDirectives(item))
    }
    return result
  }
}

function withoutDirectives(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([name]) => !name.startsWith('$')))
}
