import { canonical, compare, isObject } from '../manifest/index.ts'
import type { JsonObject } from '../manifest/index.ts'

/**
 * Field paths as the API server writes them in conflicts (structured-merge-diff `PathElement.String`): `.spec.replicas`,
 * `.spec.template.spec.containers[name="app"].image`, `[containerPort=80,protocol="TCP"]`, `[="a"]` in sets, `[0]` in other lists.
 */
export type PathStep =
  | { readonly field: string }
  | { readonly keys: JsonObject }
  | { readonly value: unknown }
  | { readonly index: number }

export function toPath(steps: readonly PathStep[]): string {
  return steps.map(stepText).join('')
}

function stepText(step: PathStep): string {
  if ('field' in step) return `.${step.field}`
  if ('index' in step) return `[${step.index}]`
  if ('value' in step) return `[=${JSON.stringify(step.value)}]`
  const pairs = Object.entries(step.keys).toSorted(([a], [b]) => compare(a, b))
  return `[${pairs.map(([key, value]) => `${key}=${JSON.stringify(value)}`).join(',')}]`
}

export type Found = { readonly found: boolean; readonly value: unknown }
const missing: Found = { found: false, value: undefined }

/**
 * The value at a path's text. Keys may hold dots (`.data.app.conf`), so the text alone is ambiguous: at each map the longest key that
 * the object really has is taken, and shorter ones when that leads nowhere.
 */
export function readPath(object: unknown, path: string): Found {
  const steps = stepsTo(object, path)
  return steps === undefined ? missing : { found: true, value: steps.reduce(stepInto, object) }
}

/** The keys and positions that a path's text leads through in this object; undefined where it leads nowhere. As `readPath` reads it. */
export function stepsTo(object: unknown, path: string): readonly (string | number)[] | undefined {
  if (path === '') return []
  if (path.startsWith('[') && Array.isArray(object)) return stepsOfItem(object, path)
  if (!path.startsWith('.') || !isObject(object)) return undefined
  const keys = Object.keys(object)
    .filter((key) => path.startsWith(key, 1) && /^[.[]?$/.test(path.charAt(1 + key.length)))
    .toSorted((a, b) => b.length - a.length)
  for (const key of keys) {
    const rest = stepsTo(object[key], path.slice(1 + key.length))
    if (rest !== undefined) return [key, ...rest]
  }
  return undefined
}

function stepInto(value: unknown, step: string | number): unknown {
  return Array.isArray(value) ? (value[Number(step)] as unknown) : isObject(value) ? value[step] : undefined
}

/** A copy without what the path names; the same object where it names nothing. */
export function withoutPath<T>(object: T, path: string): T {
  return remove(object, path) as T
}

function remove(object: unknown, path: string): unknown {
  if (Array.isArray(object) && path.startsWith('[')) {
    const end = closing(path)
    const index = object.findIndex((item, position) => selects(path.slice(1, end), item, position))
    if (index < 0) return object
    const rest = path.slice(end + 1)
    return rest === '' ? object.toSpliced(index, 1) : object.with(index, remove(object[index], rest))
  }
  if (!path.startsWith('.') || !isObject(object) || !readPath(object, path).found) return object
  const keys = Object.keys(object)
    .filter((name) => path.startsWith(name, 1))
    .toSorted((a, b) => b.length - a.length)
  const key = keys.find((name) => readPath(object[name], path.slice(1 + name.length)).found)
  if (key === undefined) return object
  const rest = path.slice(1 + key.length)
  const { [key]: child, ...others } = object
  return rest === '' ? others : { ...object, [key]: remove(child, rest) }
}

function stepsOfItem(list: readonly unknown[], path: string): readonly (string | number)[] | undefined {
  const end = closing(path)
  const selector = path.slice(1, end)
  const index = list.findIndex((item, position) => selects(selector, item, position))
  const rest = index < 0 ? undefined : stepsTo(list[index], path.slice(end + 1))
  return rest === undefined ? undefined : [index, ...rest]
}

/** Position of the bracket that closes the first one; brackets inside quotes do not count. */
function closing(path: string): number {
  let quoted = false
  for (let position = 1; position < path.length; position++) {
    const char = path[position]
    if (char === '\\' && quoted) position++
    else if (char === '"') quoted = !quoted
    else if (char === ']' && !quoted) return position
  }
  return path.length
}

function selects(selector: string, item: unknown, position: number): boolean {
  if (/^\d+$/.test(selector)) return position === Number(selector)
  if (selector.startsWith('='))
    return canonical(item) === selector.slice(1) || JSON.stringify(item) === selector.slice(1)
  if (!isObject(item)) return false
  const names = [...selector.matchAll(/(?:^|,)([A-Za-z][\w.-]*)=/g)].map((match) => match[1] ?? '')
  const keys = Object.fromEntries(
    names.filter((name) => item[name] !== undefined).map((name) => [name, item[name]]),
  )
  // A key that the list's type defaults (`protocol`) may be absent in what was declared.
  const withDefaults =
    names.includes('protocol') && keys.protocol === undefined ? { ...keys, protocol: 'TCP' } : keys
  return stepText({ keys: withDefaults }) === `[${selector}]`
}
