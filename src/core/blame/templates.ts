import type { SourceFile } from '../edit/candidates.ts'
import type { Candidate } from './places.ts'
import type { SourceScalar } from './scalars.ts'
import type { Target } from './target.ts'

/** More lines of a chart that are called like the field are not tried. */
const maxLines = 12

/**
 * Lines of a chart's templates that may write a value: `key: …` with the field's name, and lines that hold the value itself. The text
 * behind the key is the place, whatever stands there: with another text in it, the field has that text if this line wrote it.
 */
export function templateCandidates(
  targets: readonly Target[],
  files: readonly SourceFile[],
): readonly Candidate[] {
  const templates = files.filter(({ path }) => /(^|\/)templates\/.*\.(ya?ml|tpl|json)$/.test(path))
  return targets.flatMap((target) =>
    templates
      .flatMap((file) => {
        const declares = new RegExp(`^kind: *${escaped(target.key.kind)} *$`, 'm').test(file.text)
        return linesFor(target, file).map(({ place, rank }) => ({
          place,
          role: 'template' as const,
          rank: rank + (declares ? 0 : 2),
        }))
      })
      .toSorted((a, b) => a.rank - b.rank)
      .slice(0, maxLines),
  )
}

type Line = { readonly place: SourceScalar; readonly rank: number }

function linesFor(target: Target, file: SourceFile): readonly Line[] {
  const { name, plain } = target
  const keyed = new RegExp(`^([ \\t]*(?:- )?["']?${escaped(name)}["']?:[ \\t]+)(\\S.*?)[ \\t]*\\r?$`, 'gm')
  const lines: Line[] = []
  for (const match of file.text.matchAll(keyed)) {
    const [, head = '', rest = ''] = match
    if (isBlock(rest)) continue
    const from = match.index + head.length
    lines.push({
      place: placeAt(file, { from, to: from + rest.length, value: plain, name }),
      rank: rest.includes(String(plain)) ? 0 : 1,
    })
  }
  const literal = String(plain)
  if (lines.length === 0 && literal.length >= 3)
    for (
      let from = file.text.indexOf(literal);
      from >= 0 && lines.length < maxLines;
      from = file.text.indexOf(literal, from + 1)
    )
      lines.push({ place: placeAt(file, { from, to: from + literal.length, value: plain, name }), rank: 3 })
  return lines
}

/** A map or list goes on below, or the line is an action that prints nothing by itself. */
function isBlock(rest: string): boolean {
  const bare = /^\{\{-?\s*(if|with|range|end|else|define)\b[^{}]*\}\}$/
  return /^[|>][-+\d]*$/.test(rest) || bare.test(rest) || /^[&{[](?!\{)/.test(rest)
}

function placeAt(
  file: SourceFile,
  {
    from,
    to,
    value,
    name,
  }: { readonly from: number; readonly to: number; readonly value: Target['plain']; readonly name: string },
): SourceScalar {
  const source = file.text.slice(from, to)
  // An expression is replaced as a whole: text that reads as something else needs its quotes.
  const quoted =
    typeof value === 'string' && (/^["']/.test(source) || source.includes('{{') || source === value)
  const inMiddle = file.text.slice(to, to + 1).trim() !== '' || file.text.slice(from - 1, from).trim() !== ''
  return {
    file: file.path,
    from,
    to,
    value,
    form: quoted && !inMiddle ? 'double' : 'raw',
    path: [name],
    document: 0,
    kind: '',
  }
}

/** Does the place compute what it writes? Then values stand behind it. */
export function isExpression(place: SourceScalar, { text }: SourceFile): boolean {
  return text.slice(place.from, place.to).includes('{{')
}

/**
 * Ways into the values that a template's line names (`image.tag` of `.Values.image.tag`), also through the named templates that it
 * includes.
 */
export function valueRefs(text: string, files: readonly SourceFile[]): readonly string[] {
  const refs = new Set<string>()
  const seen = new Set<string>()
  const read = (piece: string) => {
    for (const [, way = ''] of piece.matchAll(/\.Values\.([\w.-]*\w)/g)) refs.add(way)
    for (const [, name = ''] of piece.matchAll(/\b(?:include|template)\s+"([^"]+)"/g)) {
      if (seen.has(name)) continue
      seen.add(name)
      read(definitionOf(name, files))
    }
  }
  read(text)
  return [...refs]
}

function definitionOf(name: string, files: readonly SourceFile[]): string {
  for (const { text } of files) {
    const start = new RegExp(`\\{\\{-?\\s*define\\s+"${escaped(name)}"`).exec(text)
    if (start === null) continue
    const rest = text.slice(start.index + start[0].length)
    const next = rest.search(/\{\{-?\s*define\s/)
    return next < 0 ? rest : rest.slice(0, next)
  }
  return ''
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
}
