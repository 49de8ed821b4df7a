import type { SourceFile } from '../edit/candidates.ts'
import { scalarText } from '../edit/scalar-text.ts'
import type { ScalarValue } from '../edit/splice.ts'
import type { SourceScalar } from './scalars.ts'

export type ProbeEdit = {
  readonly file: string
  readonly from: number
  readonly to: number
  readonly text: string
}

/**
 * A trial of one place: another value in it, in memory. `mark`: the text that was put into it, by which it is known again; without one
 * (numbers, switches) the value itself is.
 */
export type Probe = {
  readonly edits: readonly ProbeEdit[]
  readonly from: ScalarValue
  readonly to: ScalarValue
  readonly mark?: string
  /** Other places are renamed with it: what follows without the place too, follows those. */
  readonly counter?: Probe
}

/** Fits into names, tags, versions and addresses alike. */
const mark = '-wheelprobe'

/**
 * Trials of a place, the plainest first; a further one is for when the one before was refused or moved nothing. `namesakes`: other places
 * that must be called the same for the render to hold together. `choices`: other values that a chart's schema allows here.
 */
export function probesOf(
  place: SourceScalar,
  text: string,
  around: { readonly namesakes: readonly SourceScalar[]; readonly choices: readonly ScalarValue[] },
): readonly Probe[] {
  const { value } = place
  const chosen = around.choices.map((to) => plainProbe(place, to))
  if (typeof value === 'boolean') return [plainProbe(place, !value), ...chosen]
  if (typeof value === 'number')
    return [plainProbe(place, value + 1), plainProbe(place, value - 1), ...chosen]
  if (value === 'true' || value === 'false')
    return [plainProbe(place, value === 'true' ? 'false' : 'true'), ...chosen]
  if (/^\d{1,15}$/.test(value))
    return [plainProbe(place, String(Number(value) + 1)), markedProbe(place, text), ...chosen]
  return [markedProbe(place, text), ...jointProbes(place, text, around.namesakes), ...chosen]
}

function plainProbe(place: SourceScalar, to: ScalarValue): Probe {
  return { edits: [editTo(place, to)], from: place.value, to }
}

function markedProbe(place: SourceScalar, text: string): Probe {
  const to = `${String(place.value)}${mark}`
  if (place.form !== 'block') return { edits: [editTo(place, to)], from: place.value, to, mark }
  const at = endOfFirstLine(place, text)
  return { edits: [{ file: place.file, from: at, to: at, text: mark }], from: place.value, to, mark }
}

/** What is called after the place is renamed with it: an `images:` entry after the base's image, a patch after its target. */
function jointProbes(
  place: SourceScalar,
  text: string,
  namesakes: readonly SourceScalar[],
): readonly Probe[] {
  const value = String(place.value)
  if (namesakes.length === 0 || place.form === 'block') return []
  const name = imageName(value)
  const to = `${name}${mark}${value.slice(name.length)}`
  const others = namesakes.flatMap((other) => markedProbe(other, text).edits)
  const counter = { edits: others, from: value, to, mark }
  return [{ edits: [editTo(place, to), ...others], from: value, to, mark, counter }]
}

/** An image without its tag and digest; any other name as it is. */
export function imageName(text: string): string {
  return text.replace(/@.*$/, '').replace(/:[^/:]*$/, '')
}

function editTo({ file, from, to, form }: SourceScalar, value: ScalarValue): ProbeEdit {
  return {
    file,
    from,
    to,
    text: form === 'raw' || form === 'block' ? String(value) : scalarText(value, form),
  }
}

/** Within a block the first line of the text itself, else the first line of the place. */
function endOfFirstLine({ from, to }: SourceScalar, text: string): number {
  const source = text.slice(from, to)
  const start = /^[|>][^\n]*\n\s*/.exec(source)?.[0].length ?? 0
  const end = /\r?\n|$/.exec(source.slice(start))?.index ?? 0
  return from + start + end
}

/** The files with a trial's edits in them. */
export function withEdits(files: ReadonlyMap<string, string>, { edits }: Probe): ReadonlyMap<string, string> {
  const changed = new Map<string, string>()
  for (const edit of edits.toSorted((a, b) => b.from - a.from)) {
    const text = changed.get(edit.file) ?? files.get(edit.file) ?? ''
    changed.set(edit.file, text.slice(0, edit.from) + edit.text + text.slice(edit.to))
  }
  return changed
}

/** The place as a trial's range: its lines, from 1. */
export function linesOf({ from, to }: Pick<SourceScalar, 'from' | 'to'>, { text }: Pick<SourceFile, 'text'>) {
  const line = 1 + count(text.slice(0, from))
  const inside = text.slice(from, to).replace(/\r?\n$/, '')
  return { line, endLine: line + count(inside) }
}

function count(text: string): number {
  return text.match(/\n/g)?.length ?? 0
}
