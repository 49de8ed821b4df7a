import { AppError } from '#contract'
import { canonical, isObject, readYaml, splitDocuments, YamlProblem } from '../manifest/index.ts'
import { locate } from './locate.ts'
import type { Spot } from './locate.ts'
import { refusal } from './refusal.ts'
import { scalarText, valueRead } from './scalar-text.ts'
import type { ScalarValue } from './scalar-text.ts'
import { selectDocument } from './select.ts'
import type { DocumentSelector, FieldPath, Selected } from './select.ts'

export type { ScalarValue } from './scalar-text.ts'
export type { DocumentSelector, FieldPath } from './select.ts'

/** One field of one document of a file. */
export type FieldPlace = {
  readonly text: string
  readonly file: string
  readonly document: DocumentSelector
  readonly path: FieldPath
}

/** The new text and its one changed line (from 1). `before` is empty where a line was added. */
export type Splice = {
  readonly text: string
  readonly line: number
  readonly before: string
  readonly after: string
}

/**
 * Sets one field by replacing its text and nothing else: comments, line ends, quotes and order stay byte for byte. Then proves it:
 * read again, every document equals the old one but for that field. An absent key is added to its map as first entry.
 * Throws `EDIT_NOTHING`, `EDIT_NO_SOURCE`, `EDIT_AMBIGUOUS`, `EDIT_REFUSED` (with `data.reason`), `EDIT_NOT_PROVEN`.
 */
export function spliceScalar(place: FieldPlace, to: ScalarValue): Splice {
  const selected = selectDocument(place.text, place.file, place.document)
  const path = [...selected.prefix, ...place.path]
  if (valueAt(selected.value, path) === to)
    throw new AppError('EDIT_NOTHING', {
      message: `${place.file}: ${place.path.join('.')} is already ${to}.`,
      subject: place.file,
    })
  const spot = locate(selected, place.file, place.path)
  const written = spot.prefix + scalarText(to, spot.quoting) + spot.suffix
  const from = selected.document.from + spot.from
  const text = place.text.slice(0, from) + written + place.text.slice(selected.document.from + spot.to)
  const line = lineOf(place.text, from)
  prove({ place, selected, path, value: valueRead(to, spot.quoting), text, line })
  return { text, line, ...changedLine(place.text, text, from, spot) }
}

/** Where a field is declared, or would be added: its line, and its value if it has one. Throws as `spliceScalar`. */
export function findScalar(place: FieldPlace): { readonly line: number; readonly value: unknown } {
  const selected = selectDocument(place.text, place.file, place.document)
  const spot = locate(selected, place.file, place.path)
  const value = valueAt(selected.value, [...selected.prefix, ...place.path])
  return { line: lineOf(place.text, selected.document.from + spot.from), value }
}

/** The value at a path of keys and indexes. */
export function valueAt(value: unknown, path: FieldPath): unknown {
  return path.reduce<unknown>((here, step) => {
    if (Array.isArray(here)) return here[Number(step)] as unknown
    return isObject(here) ? here[step] : undefined
  }, value)
}

type Claim = {
  readonly place: FieldPlace
  readonly selected: Selected
  readonly path: FieldPath
  readonly value: ScalarValue
  readonly text: string
  readonly line: number
}

function prove(claim: Claim): void {
  const { file, text: source } = claim.place
  const old = splitDocuments(source)
  const fresh = splitDocuments(claim.text)
  const others = old.every(
    (document, index) => index === claim.selected.index || document.text === fresh[index]?.text,
  )
  const changed = fresh[claim.selected.index]
  if (changed === undefined || fresh.length !== old.length || !others)
    throw notProven(file, claim, 'the edit would touch another document.')
  const expected = withValue(claim.selected.value, claim.path, claim.value)
  if (readsAs(changed.text) !== canonical(expected))
    throw notProven(file, claim, 'read again, more than this field would differ.')
}

function notProven(file: string, { line }: Claim, words: string): AppError {
  return refusal('not-proven', { file, line }, words)
}

function readsAs(text: string): string {
  try {
    return canonical(readYaml(text))
  } catch (error) {
    if (error instanceof YamlProblem) return error.message
    throw error
  }
}

function withValue(value: unknown, path: FieldPath, to: ScalarValue): unknown {
  const [step, ...rest] = path
  if (step === undefined) return to
  if (Array.isArray(value))
    return value.map((item: unknown, index) => (index === Number(step) ? withValue(item, rest, to) : item))
  const map = isObject(value) ? value : {}
  return { ...map, [step]: withValue(map[step], rest, to) }
}

function changedLine(
  old: string,
  fresh: string,
  from: number,
  spot: Spot,
): { readonly before: string; readonly after: string } {
  const after = wholeLine(fresh, from)
  return { before: spot.suffix.includes('\n') ? '' : wholeLine(old, from), after }
}

function wholeLine(text: string, offset: number): string {
  const start = text.lastIndexOf('\n', offset - 1) + 1
  const end = text.indexOf('\n', offset)
  return text
    .slice(start, end < 0 ? text.length : end)
    .replace(/\r$/, '')
    .replace(/^\uFEFF/, '')
}

function lineOf(text: string, offset: number): number {
  return 1 + (text.slice(0, offset).match(/\n/g)?.length ?? 0)
}
