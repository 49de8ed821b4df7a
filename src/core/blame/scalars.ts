import { isAlias, isMap, isScalar, isSeq } from 'yaml'
import type { Scalar } from 'yaml'
import type { SourceFile } from '../edit/candidates.ts'
import type { Quoting } from '../edit/scalar-text.ts'
import type { FieldPath, ScalarValue } from '../edit/splice.ts'
import { parseOrNothing, readYaml, splitDocuments } from '../manifest/index.ts'
import { inlineText } from './inline-text.ts'

/** `block`: several lines of text; `raw`: text that is no YAML, or is written into a template. */
export type ScalarForm = Quoting | 'block' | 'raw'

/** One value as it is written in a file: its offsets there, and the way to it within its document. */
export type SourceScalar = {
  readonly file: string
  readonly from: number
  readonly to: number
  readonly value: ScalarValue
  readonly form: ScalarForm
  readonly path: FieldPath
  /** Which document of the file, and of what kind. */
  readonly document: number
  readonly kind: string
  /** It stands in a patch that is written into a kustomization as text: the way to that text. */
  readonly inside?: FieldPath
}

/** More values than that, or longer files, are no configuration that a person looks after. */
const maxScalars = 50_000
const maxLength = 1_000_000

/**
 * Every value of a YAML file with its range, patches within strings opened. Unlike `locate`, which finds the one spot that an edit may
 * change, it refuses nothing: a place that several fields share is an origin of each. What cannot be read has none.
 */
export function scalarsOf(file: SourceFile): readonly SourceScalar[] {
  if (file.text.length > maxLength) return []
  return splitDocuments(file.text)
    .flatMap(({ text, from }, document) =>
      scalarsIn({ file: file.path, text, from: (at) => from + at, document }),
    )
    .slice(0, maxScalars)
}

type Piece = {
  readonly file: string
  readonly text: string
  /** An offset of the text as one of the file. */
  readonly from: (offset: number) => number
  readonly document: number
  readonly inside?: FieldPath
}

function scalarsIn(piece: Piece): readonly SourceScalar[] {
  const document = parseOrNothing(piece.text)
  if (document === undefined) return []
  const found: SourceScalar[] = []
  const kind: unknown = document.get('kind')
  const own = { file: piece.file, document: piece.document, kind: typeof kind === 'string' ? kind : '' }
  const walk = (node: unknown, path: FieldPath): void => {
    if (found.length >= maxScalars) return
    if (isAlias(node)) walkAlias(node.resolve(document), path)
    else if (isMap(node))
      for (const { key, value } of node.items) walk(value, [...path, isScalar(key) ? String(key.value) : '?'])
    else if (isSeq(node)) node.items.forEach((item, index) => walk(item, [...path, index]))
    else if (isScalar(node)) add(node, path)
  }
  // Where an alias leads to: a value with its own place. A map is found there by itself.
  const walkAlias = (node: unknown, path: FieldPath): void => {
    if (isScalar(node)) add(node, path)
  }
  const add = (node: Scalar, path: FieldPath): void => {
    const value = valueOf(node)
    if (value === undefined || !node.range) return
    const [from, to] = node.range
    found.push({
      ...own,
      from: piece.from(from),
      to: piece.from(to),
      value,
      form: formOf(node),
      path,
      ...(piece.inside === undefined ? {} : { inside: piece.inside }),
    })
    if (piece.inside === undefined && typeof value === 'string' && isPatchText(path, value)) {
      const inner = inlineText(piece.text.slice(from, to), formOf(node))
      if (inner !== undefined)
        found.push(
          ...scalarsIn({
            ...piece,
            text: inner.text,
            from: (at) => piece.from(from + inner.at(at)),
            inside: path,
          }),
        )
    }
  }
  walk(document.contents, [])
  return found
}

function isPatchText(path: FieldPath, value: string): boolean {
  return value.includes(':') && (path.at(-1) === 'patch' || path[0] === 'patchesStrategicMerge')
}

function formOf({ type }: Scalar): ScalarForm {
  if (type === 'BLOCK_LITERAL' || type === 'BLOCK_FOLDED') return 'block'
  if (type === 'QUOTE_DOUBLE') return 'double'
  return type === 'QUOTE_SINGLE' ? 'single' : 'plain'
}

/** Spellings that the parser of ranges reads otherwise than kubectl does: `0644`, `yes`, `1_000`. */
const odd = /^([-+]?0[\d_oO]|[yYnN]([eE][sS]|[oO])?$|[oO]([nN]|[fF]{2})$|[-+\d][\d_]*_)/

function valueOf(node: Scalar): ScalarValue | undefined {
  const { value, source, type } = node
  if (type === 'PLAIN' && source !== undefined && odd.test(source)) {
    const read = readYaml(`- ${source}`)
    const first: unknown = Array.isArray(read) ? read[0] : undefined
    if (typeof first === 'number' || typeof first === 'boolean') return first
  }
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? value
    : undefined
}
