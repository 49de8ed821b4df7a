/**
 * One YAML document of a text. `text` is `source.slice(from, to)` with directives blanked, so that offsets agree; `start` is the line
 * of its first character, `line` that of its first content (both from 1).
 */
export type YamlDocument = {
  readonly text: string
  readonly from: number
  readonly to: number
  readonly start: number
  readonly line: number
}

/**
 * Cuts a stream at its `---` lines. A document marker at the start of a line always ends a document (YAML 1.2, 9.1.2), also inside
 * block scalars, so no parser is needed for it. Documents without content are left out.
 */
export function splitDocuments(source: string): readonly YamlDocument[] {
  const documents: YamlDocument[] = []
  let from = source.startsWith('\uFEFF') ? 1 : 0
  let start = 1
  let line = 1
  let offset = from
  while (offset < source.length) {
    const newline = source.indexOf('\n', offset)
    const next = newline < 0 ? source.length : newline + 1
    if (isMarker(source, offset)) {
      push(documents, source, { from, to: offset, start })
      // What follows the marker on its line (`--- {a: 1}`) belongs to the document.
      from = source[offset] === '-' ? offset + 3 : next
      start = source[offset] === '-' ? line : line + 1
    }
    offset = next
    line += 1
  }
  push(documents, source, { from, to: source.length, start })
  return documents
}

function isMarker(source: string, offset: number): boolean {
  if (!source.startsWith('---', offset) && !source.startsWith('...', offset)) return false
  const after = source[offset + 3]
  return after === undefined || /\s/.test(after)
}

function push(
  documents: YamlDocument[],
  source: string,
  part: { readonly from: number; readonly to: number; readonly start: number },
): void {
  const raw = source.slice(part.from, part.to)
  const text = raw.replaceAll(/^%(YAML|TAG)\b[^\r\n]*/gm, (directive) => ' '.repeat(directive.length))
  const content = /^[ \t\r]*(?!#)[^\s#]/m.exec(text)
  if (content === null) return
  const line = part.start + (text.slice(0, content.index).match(/\n/g)?.length ?? 0)
  documents.push({ text, from: part.from, to: part.to, start: part.start, line })
}
