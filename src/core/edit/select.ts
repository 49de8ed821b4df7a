import { isObject, keyOf, readYaml, splitDocuments, YamlProblem } from '../manifest/index.ts'
import type { YamlDocument } from '../manifest/index.ts'
import { refusal } from './refusal.ts'

/** A step into a value: key of a map or index of a list. */
export type FieldPath = readonly (string | number)[]

/** Which document of a text is meant: the only one, or the one that declares this object (also inside a List). */
export type DocumentSelector =
  | 'only'
  | { readonly kind: string; readonly name: string; readonly group?: string; readonly namespace?: string }

/** A document with its value as the reader sees it, and the path of the chosen object inside it. */
export type Selected = {
  readonly index: number
  readonly document: YamlDocument
  readonly value: unknown
  readonly prefix: FieldPath
}

/** Finds the document. Throws `EDIT_NO_SOURCE`, `EDIT_AMBIGUOUS`, or `EDIT_REFUSED` where an unreadable text may hide it. */
export function selectDocument(text: string, file: string, selector: DocumentSelector): Selected {
  const found: Selected[] = []
  let unreadable: YamlProblem | undefined
  let line = 1
  for (const [index, document] of splitDocuments(text).entries()) {
    try {
      const value = readYaml(document.text)
      for (const prefix of prefixesIn(value, selector)) found.push({ index, document, value, prefix })
    } catch (error) {
      if (!(error instanceof YamlProblem)) throw error
      unreadable ??= error
      line = document.start + (error.line ?? 1) - 1
    }
  }
  const [first, second] = found
  if (second !== undefined)
    throw refusal('two-documents', { file }, `${describe(selector)} is declared more than once here.`)
  if (first !== undefined) return first
  if (unreadable === undefined) throw refusal('no-document', { file }, `${describe(selector)} is not here.`)
  throw unreadableText(unreadable, text, { file, line })
}

function unreadableText(problem: YamlProblem, text: string, where: { file: string; line: number }): Error {
  if (/\{\{/.test(text)) return refusal('template', where, 'it is a template, not plain YAML.')
  return problem.message.includes('duplicated')
    ? refusal('duplicate-keys', where, 'a key stands here twice.')
    : refusal('unreadable', where, `${problem.message}.`)
}

function prefixesIn(value: unknown, selector: DocumentSelector): readonly FieldPath[] {
  if (selector === 'only') return [[]]
  if (!isObject(value)) return []
  if (Array.isArray(value.items) && typeof value.kind === 'string' && value.kind.endsWith('List'))
    return value.items.flatMap((item, index) =>
      prefixesIn(item, selector).map((rest) => ['items', index, ...rest]),
    )
  const key = keyOf(value)
  const matches =
    key.kind === selector.kind &&
    key.name === selector.name &&
    (selector.group === undefined || key.group === selector.group) &&
    (selector.namespace === undefined || key.namespace === selector.namespace)
  return matches ? [[]] : []
}

function describe(selector: DocumentSelector): string {
  return selector === 'only' ? 'A single document' : `${selector.kind}/${selector.name}`
}
