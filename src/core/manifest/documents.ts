/** One YAML document of a text: `start` is the line of its first character, `line` that of its first content (from 1). */
export type YamlDocument = { readonly text: string; readonly start: number; readonly line: number }

/**
 * Cuts a stream at its `---` lines. A document marker at the start of a line always ends a document (YAML 1.2, 9.1.2), also inside
 * block scalars, so no parser is needed for it.
 */
export function splitDocuments(text: string): readonly YamlDocument[] {
  const documents: YamlDocument[] = []
  const body = text.startsWith('\uFEFF') ? text.slice(1) : text
  let lines: string[] = []
  let start = 1
  const all = body.split('\n')
  for (const [index, line] of all.entries()) {
    if (/^(---|\.\.\.)(\s|$)/.test(line)) {
      push(documents, lines, start)
      // What follows the marker on its line (`--- {a: 1}`) belongs to the document.
      lines = [line.startsWith('---') ? line.slice(3) : '']
      start = index + 1
    } else {
      lines.push(line)
    }
  }
  push(documents, lines, start)
  return documents
}

function push(documents: YamlDocument[], lines: readonly string[], start: number): void {
  const first = lines.findIndex((line) => !/^\s*(#.*)?$/.test(line) && !line.startsWith('%'))
  if (first < 0) return
  documents.push({
    text: lines.filter((line) => !/^%(YAML|TAG)\b/.test(line)).join('\n'),
    start,
    line: start + first,
  })
}
