import { isObject, listAt, stringAt } from '../manifest/index.ts'
import type { FieldDifference } from './fields.ts'

/** One chip; a lower rank stands first. */
export type Word = { readonly rank: number; readonly text: string }

/** A difference in words short enough for a chip. Of secrets only names of keys. */
export function fieldWords(difference: FieldDifference, secret: boolean): readonly Word[] {
  const { path, before, after } = difference
  if (secret && /^\.(data|stringData)(\.|$)/.test(path)) return dataWords(difference, true)
  if (path === '.spec.replicas') return [{ rank: 1, text: `replicas ${shown(before)} -> ${shown(after)}` }]
  const container = /\.(?:c|initC|ephemeralC)ontainers\[name="([^"]*)"\](.*)$/.exec(path)
  if (container !== null) return containerWords(difference, container[1] ?? '', container[2] ?? '')
  const list = /\.(containers|initContainers)$/.exec(path)
  if (list !== null) return [{ rank: 2, text: list[1] ?? '' }]
  if (/^\.(data|binaryData)(\.|$)/.test(path)) return dataWords(difference, false)
  const note = /\.metadata\.(label|annotation)s(?:\.(.+))?$/.exec(path)
  if (note !== null) return [{ rank: 8, text: `${sign(difference)}${note[1]} ${note[2] ?? ''}`.trim() }]
  return [{ rank: 5, text: plainWords(difference) }]
}

function containerWords(difference: FieldDifference, name: string, rest: string): readonly Word[] {
  const { before, after } = difference
  if (rest === '') return [{ rank: 2, text: `${before === undefined ? '+' : '-'}container ${name}` }]
  if (rest === '.image') return [{ rank: 0, text: imageWords(textOf(before), textOf(after)) }]
  const variable = /^\.env\[name="([^"]*)"\]/.exec(rest)
  if (variable !== null) {
    const whole = rest === variable[0]
    return [{ rank: 3, text: `${whole ? sign(difference) : ''}env ${variable[1]}` }]
  }
  if (rest === '.env') {
    const names = [...listAt(before), ...listAt(after)].map((item) => stringAt(item, 'name') ?? '')
    return names.map((variableName) => ({ rank: 3, text: `${sign(difference)}env ${variableName}` }))
  }
  const [, field] = /^\.(\w+)/.exec(rest) ?? []
  return [{ rank: 4, text: field ?? rest }]
}

/** `image 1.4 -> 1.5`; the whole references where more than the tag differs. */
export function imageWords(before: string, after: string): string {
  const old = splitImage(before)
  const now = splitImage(after)
  return old.name === now.name && old.tag !== '' && now.tag !== ''
    ? `image ${short(old.tag)} -> ${short(now.tag)}`
    : `image ${before === '' ? 'none' : before} -> ${after === '' ? 'none' : after}`
}

function splitImage(image: string): { readonly name: string; readonly tag: string } {
  const digest = image.indexOf('@')
  if (digest >= 0)
    return { name: image.slice(0, digest).replace(/:[^:/]*$/, ''), tag: image.slice(digest + 1) }
  const colon = image.lastIndexOf(':')
  return colon > image.lastIndexOf('/')
    ? { name: image.slice(0, colon), tag: image.slice(colon + 1) }
    : { name: image, tag: '' }
}

function short(tag: string): string {
  return tag.startsWith('sha256:') ? tag.slice(0, 19) : tag
}

function dataWords({ path, before, after }: FieldDifference, secret: boolean): readonly Word[] {
  const [, key] = /^\.\w+\.(.+)$/.exec(path) ?? []
  const rank = 3
  if (key !== undefined)
    return [{ rank, text: `${sign({ before, after })}${secret ? 'secret' : 'data'} ${key}` }]
  const names = [...keys(before), ...keys(after)]
  return names.map((name) => ({
    rank,
    text: `${sign({ before, after })}${secret ? 'secret' : 'data'} ${name}`,
  }))
}

function keys(value: unknown): readonly string[] {
  return isObject(value) ? Object.keys(value) : []
}

/** `strategy.type Recreate -> RollingUpdate`; values only where they are short. */
function plainWords(difference: FieldDifference): string {
  const name = difference.path.replace(/^\.(spec\.)?/, '').replace(/\[name="([^"]*)"\]/g, '[$1]')
  const values = [difference.before, difference.after].map(shown)
  const brief = values.every((value) => value.length <= 24)
  return brief ? `${name} ${values.join(' -> ')}` : `${sign(difference)}${name}`
}

function sign({ before, after }: { readonly before: unknown; readonly after: unknown }): string {
  if (before === undefined) return '+'
  return after === undefined ? '-' : ''
}

function shown(value: unknown): string {
  if (value === undefined || value === null) return 'none'
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
