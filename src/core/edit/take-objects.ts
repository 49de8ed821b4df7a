import { isObject, keyOf, readYaml, splitDocuments, YamlProblem } from '../manifest/index.ts'
import { refusal } from './refusal.ts'

/** An object as people name it; a namespace counts only where the document says one too. */
export type ObjectName = {
  readonly kind: string
  readonly name: string
  readonly namespace?: string | undefined
}

/** One document of a text: `from` is where its marker line begins (or the text), `body` what stands below that line. */
type Part = {
  readonly key: ReturnType<typeof keyOf>
  readonly value: unknown
  readonly marker: string
  readonly from: number
  readonly bodyFrom: number
  readonly to: number
  readonly body: string
}
type Splice = { readonly from: number; readonly to: number; readonly text: string }

/**
 * `to` with the chosen objects' documents as they stand in `from` (there or absent), every other byte as it is; `undefined` = no file. Answers `to`
 * itself where nothing of them differs. Throws `EDIT_REFUSED` (unreadable YAML, templates, an object inside a List, `...` and `%` lines: where a
 * document ends cannot be told), `EDIT_AMBIGUOUS` (declared twice), `EDIT_NOT_PROVEN`.
 */
export function takeObjects(
  sides: { readonly from: string | undefined; readonly to: string | undefined },
  file: string,
  chosen: readonly ObjectName[],
): string | undefined {
  const { from = '', to = '' } = sides
  const [before, after] = [partsOf(from, file, chosen), partsOf(to, file, chosen)]
  const pairs = chosen
    .map((name) => ({ a: oneOf(before, name, file), b: oneOf(after, name, file) }))
    // What is inserted at one place comes in the order that it had.
    .toSorted((one, other) => (one.a?.from ?? 0) - (other.a?.from ?? 0))
  if (pairs.every(({ a, b }) => a?.body === b?.body)) return sides.to
  const isChosen = (part: Part) => chosen.some((name) => names(part, name))
  const rest = (parts: readonly Part[]) => parts.filter((part) => !isChosen(part))
  // Nothing else differs: what was there, with its comments between documents.
  if (sameBodies(rest(before), rest(after))) return sides.from
  if (sides.to === undefined) {
    const kept = splice(
      from,
      rest(before).map((part) => removal(part, from)),
    )
    return partsOf(kept, file, chosen).length === 0
      ? undefined
      : proven(kept, { file, chosen, before, after })
  }
  const made = splice(
    to,
    pairs.flatMap(({ a, b }) => edit({ a, b, before, after, from, to })),
  )
  if (sides.from === undefined && partsOf(made, file, chosen).length === 0) return undefined
  return proven(made, { file, chosen, before, after })
}

/** Throws `EDIT_NOT_PROVEN` where anything but the chosen objects differs between two texts of a file. */
export function proveOnlyObjects(
  sides: { readonly before: string | undefined; readonly after: string | undefined },
  file: string,
  chosen: readonly ObjectName[],
): void {
  const [before, after] = [sides.before ?? '', sides.after ?? ''].map((text) =>
    valuesOf(partsOf(text, file, chosen).filter((part) => !chosen.some((name) => names(part, name)))),
  )
  if (before !== after) throw refusal('not-proven', { file }, 'other objects of it would change too.')
}

/** Has the head of a branch each chosen object as it is on one of the two sides, so that its document can be replaced there without a merge? */
export function standsAsOnASide(
  sides: {
    readonly from: string | undefined
    readonly to: string | undefined
    readonly head: string | undefined
  },
  file: string,
  chosen: readonly ObjectName[],
): boolean {
  const [from, to, head] = [sides.from ?? '', sides.to ?? '', sides.head ?? ''].map((text) => {
    const parts = partsOf(text, file, chosen)
    return chosen.map((name) => oneOf(parts, name, file)?.body.trimEnd())
  })
  return chosen.every((_, at) => head?.[at] === to?.[at] || head?.[at] === from?.[at])
}

function edit(work: {
  readonly a: Part | undefined
  readonly b: Part | undefined
  readonly before: readonly Part[]
  readonly after: readonly Part[]
  readonly from: string
  readonly to: string
}): readonly Splice[] {
  const { a, b, to } = work
  if (a !== undefined && b !== undefined)
    return a.body === b.body
      ? []
      : [{ from: b.bodyFrom, to: b.to, text: ended(a.body, to, b.to === to.length) }]
  if (b !== undefined) return [removal(b, to)]
  return a === undefined ? [] : [insertion(a, work)]
}

function removal(part: Part, text: string): Splice {
  if (part.marker !== '') return { from: part.from, to: part.to, text: '' }
  // The first document needs no marker, and so the one that becomes the first.
  const next = /^---[ \t]*\r?\n/.exec(text.slice(part.to))
  return { from: part.from, to: part.to + (next?.[0].length ?? 0), text: '' }
}

/** Behind the document that stood before it, where that one still stands; else in front of all. */
function insertion(
  part: Part,
  {
    before,
    after,
    to,
  }: { readonly before: readonly Part[]; readonly after: readonly Part[]; readonly to: string },
): Splice {
  const earlier = before.slice(0, before.indexOf(part)).toReversed()
  const anchor = earlier
    .map((one) => after.find((other) => sameObject(one, other)))
    .find((other) => other !== undefined)
  const marker = part.marker === '' ? `---${lineEnd(to)}` : part.marker
  if (anchor !== undefined) {
    const start = anchor.body.endsWith('\n') ? '' : lineEnd(to)
    const last = anchor.to === to.length
    return { from: anchor.to, to: anchor.to, text: `${start}${marker}${ended(part.body, to, last)}` }
  }
  const [first] = after
  const at = first?.from ?? to.length
  const body = ended(part.body, to, false)
  const text = first === undefined || first.marker !== '' ? `${marker}${body}` : `${body}---${lineEnd(to)}`
  return { from: at, to: at, text }
}

function proven(
  text: string,
  known: {
    readonly file: string
    readonly chosen: readonly ObjectName[]
    readonly before: readonly Part[]
    readonly after: readonly Part[]
  },
): string {
  const { file, chosen, before, after } = known
  const made = partsOf(text, file, chosen)
  const isChosen = (part: Part) => chosen.some((name) => names(part, name))
  const others = after.length === 0 ? [] : after.filter((part) => !isChosen(part))
  const right =
    valuesOf(made.filter((part) => !isChosen(part))) === valuesOf(others) &&
    chosen.every(
      (name) =>
        valuesOf(made.filter((part) => names(part, name))) ===
        valuesOf(before.filter((part) => names(part, name))),
    )
  if (!right) throw refusal('not-proven', { file }, 'its documents cannot be told apart.')
  return text
}

function partsOf(text: string, file: string, chosen: readonly ObjectName[]): readonly Part[] {
  if (/^(?:\.\.\.|%)/m.test(text))
    throw refusal('unreadable', { file }, 'it has directives or ends of documents (`...`).')
  return splitDocuments(text).map((document): Part => {
    const value = read(document.text, file, document.start)
    refuseList(value, file, document.line, chosen)
    const marked = text.slice(document.from - 3, document.from) === '---'
    const line = marked
      ? (/^[ \t]*(?:#[^\n]*)?\r?\n/.exec(text.slice(document.from, document.to))?.[0] ?? '')
      : ''
    const bodyFrom = document.from + line.length
    return {
      key: keyOf(value),
      value,
      marker: marked ? `---${line === '' ? ' ' : line}` : '',
      from: marked ? document.from - 3 : document.from,
      bodyFrom,
      to: document.to,
      body: text.slice(bodyFrom, document.to),
    }
  })
}

function read(text: string, file: string, start: number): unknown {
  try {
    return readYaml(text)
  } catch (error) {
    if (!(error instanceof YamlProblem)) throw error
    const line = start + (error.line ?? 1) - 1
    if (text.includes('{{')) throw refusal('template', { file, line }, 'it is a template, not plain YAML.')
    throw refusal('unreadable', { file, line }, 'it cannot be read, so its objects cannot be told apart.')
  }
}

function refuseList(value: unknown, file: string, line: number, chosen: readonly ObjectName[]): void {
  if (!isObject(value) || !Array.isArray(value.items)) return
  const held = value.items.some((item) => chosen.some((name) => names({ key: keyOf(item) }, name)))
  if (held) throw refusal('not-one-value', { file, line }, 'the object stands in a List with others.')
}

function oneOf(parts: readonly Part[], name: ObjectName, file: string): Part | undefined {
  const [first, second] = parts.filter((part) => names(part, name))
  if (second !== undefined)
    throw refusal('two-documents', { file }, `${name.kind}/${name.name} is declared more than once here.`)
  return first
}

function names({ key }: Pick<Part, 'key'>, { kind, name, namespace = '' }: ObjectName): boolean {
  return (
    key.kind.toLowerCase() === kind.toLowerCase() &&
    key.name === name &&
    (namespace === '' || key.namespace === '' || key.namespace === namespace)
  )
}

function sameObject({ key: a }: Part, { key: b }: Part): boolean {
  return a.kind === b.kind && a.name === b.name && a.namespace === b.namespace
}

function sameBodies(a: readonly Part[], b: readonly Part[]): boolean {
  return a.length === b.length && a.every((part, index) => part.body === b[index]?.body)
}

function valuesOf(parts: readonly Part[]): string {
  return JSON.stringify(parts.map(({ value }) => value))
}

/** A document in the middle ends its line; the last one ends as it did. */
function ended(body: string, around: string, last: boolean): string {
  return last || body.endsWith('\n') ? body : `${body}${lineEnd(around)}`
}

function lineEnd(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n'
}

function splice(text: string, splices: readonly Splice[]): string {
  let made = ''
  let at = 0
  for (const one of splices.toSorted((a, b) => a.from - b.from)) {
    made += text.slice(at, one.from) + one.text
    at = Math.max(at, one.to)
  }
  return made + text.slice(at)
}
