import { isAlias, isMap, isNode, isPair, isScalar, isSeq, parseAllDocuments } from 'yaml'
import type { Document, ParsedNode } from 'yaml'

const mask = '(hidden)'
type Range = { readonly from: number; readonly to: number }

/**
 * A repository file as it may be shown: values of `data` / `stringData` of Secrets and literals of a kustomization's secretGenerator are
 * masked by the ranges of their nodes; everything else stays byte for byte. A text that mentions a Secret and cannot be parsed is masked
 * whole. Two versions of a file are masked together with `redactTextPair`, so that a changed value still shows as a change.
 */
export function redactText(text: string): string {
  return redactTextPair(text, undefined).before ?? ''
}

/** Both sides of a file's change. Where masked values differ, the later side says `(hidden, changed)`. */
export function redactTextPair(
  before: string | undefined,
  after: string | undefined,
): { readonly before: string | undefined; readonly after: string | undefined } {
  const known = new Set(before === undefined ? [] : secretValues(before))
  return {
    before: before === undefined ? undefined : replace(before, () => mask),
    after:
      after === undefined
        ? undefined
        : replace(after, (value) => (before === undefined || known.has(value) ? mask : '(hidden, changed)')),
  }
}

function replace(text: string, word: (value: string) => string): string {
  const ranges = secretRanges(text)
  if (ranges === 'all') return `# ${mask}: this file mentions a Secret and cannot be read as YAML\n`
  let result = ''
  let end = 0
  for (const range of ranges.toSorted((a, b) => a.from - b.from)) {
    if (range.from < end) continue
    const value = text.slice(range.from, range.to)
    // A block scalar's range includes its line break, which must stay for the next key to be on a line of its own.
    result += text.slice(end, range.from) + word(value) + (value.endsWith('\n') ? '\n' : '')
    end = range.to
  }
  return result + text.slice(end)
}

function secretValues(text: string): readonly string[] {
  const ranges = secretRanges(text)
  return ranges === 'all' ? [] : ranges.map((range) => text.slice(range.from, range.to))
}

function secretRanges(text: string): readonly Range[] | 'all' {
  if (!/Secret|secretGenerator/.test(text)) return []
  const documents = parseAllDocuments(text, { uniqueKeys: false, logLevel: 'silent' })
  if (!Array.isArray(documents)) return []
  if (documents.some((document) => document.errors.length > 0)) return 'all'
  return documents.flatMap((document) => [...secretFields(document.contents), ...generatorLiterals(document)])
}

/** Secrets anywhere in a document: top level, in the items of a List, inside a patch. */
function secretFields(node: unknown): readonly Range[] {
  if (isSeq(node)) return node.items.flatMap(secretFields)
  if (!isMap(node)) return []
  const own =
    node.get('kind') === 'Secret'
      ? ['data', 'stringData'].flatMap((field) => valuesOf(node.get(field, true)))
      : []
  return [...own, ...node.items.flatMap((pair) => secretFields(pair.value))]
}

function generatorLiterals(document: Document<ParsedNode>): readonly Range[] {
  const generators = isMap(document.contents) ? document.contents.get('secretGenerator', true) : undefined
  if (!isSeq(generators)) return []
  return generators.items.flatMap((item) => (isMap(item) ? valuesOf(item.get('literals', true)) : []))
}

/** Ranges of all scalar values below a node. A value that is no map or list is masked as a whole. */
function valuesOf(node: unknown): readonly Range[] {
  if (isMap(node) || isSeq(node))
    return node.items.flatMap((item) => valuesOf(isPair(item) ? item.value : item))
  if ((isScalar(node) || isAlias(node)) && isNode(node) && node.range)
    return [{ from: node.range[0], to: node.range[1] }]
  return []
}
