import type { ScalarForm } from './scalars.ts'

/** The text that a scalar holds, and for each offset of it the one in the scalar's source. */
export type InlineText = { readonly text: string; readonly at: (offset: number) => number }

/**
 * A string's own text where each character of it stands in the source as it is: literal blocks, and quotes without escapes. Undefined for
 * folded and escaped ones, whose characters are not where they seem.
 */
export function inlineText(source: string, form: ScalarForm): InlineText | undefined {
  switch (form) {
    case 'block':
      return source.startsWith('|') ? blockText(source) : undefined
    case 'single':
    case 'double': {
      const text = source.slice(1, -1)
      return /['\\\n]/.test(form === 'single' ? text : text.replaceAll("'", ''))
        ? undefined
        : { text, at: (offset) => offset + 1 }
    }
    default:
      return source.includes('\n') ? undefined : { text: source, at: (offset) => offset }
  }
}

function blockText(source: string): InlineText {
  const starts: { readonly text: number; readonly source: number }[] = []
  let text = ''
  let offset = source.indexOf('\n') + 1
  const indent = /^([ ]*)\S/m.exec(source.slice(offset))?.[1]?.length ?? 0
  while (offset > 0 && offset < source.length) {
    const newline = source.indexOf('\n', offset)
    const end = newline < 0 ? source.length : newline + 1
    const line = source.slice(offset, end)
    const cut = Math.min(indent, /^ */.exec(line)?.[0].length ?? 0)
    starts.push({ text: text.length, source: offset + cut })
    text += line.slice(cut)
    offset = end
  }
  return {
    text,
    at: (place) => {
      const line = starts.findLast((start) => start.text <= place)
      return line === undefined ? source.length : line.source + place - line.text
    },
  }
}
