import { isAlias, isMap, isNode, isPair, isScalar, isSeq, parseDocument, visit } from 'yaml'
import type { Document, Node, Pair, YAMLMap } from 'yaml'
import { refusal } from './refusal.ts'
import type { Quoting } from './scalar-text.ts'
import type { FieldPath, Selected } from './select.ts'

/** Where a value's text goes, as offsets of the document: over the old one, or in with what must stand around it. */
export type Spot = {
  readonly from: number
  readonly to: number
  readonly quoting: Quoting
  readonly prefix: string
  readonly suffix: string
  /** The key is not there yet: the text makes an entry of its own. */
  readonly inserts: boolean
}

type Where = { readonly file: string; readonly selected: Selected; readonly document: Document }

/** Finds the spot of a field that is there or may be added to its parent. Throws `EDIT_REFUSED` with the reason. */
export function locate(selected: Selected, file: string, field: FieldPath): Spot {
  const document = parseDocument(selected.document.text, { keepSourceTokens: true, logLevel: 'silent' })
  const [error] = document.errors
  if (error !== undefined) {
    const line = selected.document.start + (error.linePos?.[0].line ?? 1) - 1
    throw refusal('unreadable', { file, line }, `${error.message.split('\n')[0] ?? error.code}`)
  }
  const where = { file, selected, document }
  const path = [...selected.prefix, ...field]
  const last = path.at(-1)
  const parent = parentOf(where, path)
  if (isSeq(parent) && typeof last === 'number')
    return spotOfValue(where, path, parent.items[last], undefined)
  if (!isMap(parent) || last === undefined)
    throw refusal('no-parent', at(where, parent), `${path.slice(0, -1).join('.')} is no map.`)
  const pair = ownPair(parent, last)
  return pair === undefined ? spotOfNewKey(where, path, parent) : spotOfValue(where, path, pair.value, pair)
}

/** Walks down to the parent. What an alias or a merge key stands for is declared elsewhere, so it is not edited from here. */
function parentOf(where: Where, path: FieldPath): unknown {
  let node: unknown = where.document.contents
  const walked: (string | number)[] = []
  for (const step of path.slice(0, -1)) {
    refuseShared(where, node, walked)
    walked.push(step)
    const child = isMap(node)
      ? ownPair(node, step)?.value
      : isSeq(node)
        ? node.items[Number(step)]
        : undefined
    if (child === undefined || child === null)
      throw refusal('no-parent', at(where, node), `${walked.join('.')} is not declared in this place.`)
    node = child
  }
  refuseShared(where, node, walked)
  return node
}

function refuseShared(where: Where, node: unknown, walked: FieldPath): void {
  const name = walked.join('.')
  if (isAlias(node)) throw refusal('alias', at(where, node), `${name} is an alias of &${node.source}.`)
  const anchor = isNode(node) && !isAlias(node) ? node.anchor : undefined
  if (anchor !== undefined && isUsed(where.document, anchor))
    throw refusal('anchor', at(where, node), `${name} has the anchor &${anchor}, which is used elsewhere.`)
}

function isUsed(document: Document, anchor: string): boolean {
  let used = false
  visit(document, {
    Alias: (_key, alias) => {
      used ||= alias.source === anchor
    },
  })
  return used
}

function spotOfValue(where: Where, path: FieldPath, node: unknown, pair: Pair | undefined): Spot {
  const spot = { quoting: 'plain' as const, prefix: '', suffix: '', inserts: false }
  if (isAlias(node) && node.range) return { ...spot, from: node.range[0], to: node.range[1] }
  refuseShared(where, node, path)
  if (node === null || (isScalar(node) && node.value === null && node.source === ''))
    return spotOfEmptyValue(where, path, pair)
  if (!isScalar(node) || !node.range)
    throw refusal('not-one-value', at(where, node), `${path.join('.')} is not a single value.`)
  if (node.type === 'BLOCK_FOLDED' || node.type === 'BLOCK_LITERAL')
    throw refusal('block-text', at(where, node), `${path.join('.')} is a block of text.`)
  const quoting = node.type === 'QUOTE_DOUBLE' ? 'double' : node.type === 'QUOTE_SINGLE' ? 'single' : 'plain'
  return { ...spot, from: node.range[0], to: node.range[1], quoting }
}

/** `replicas:` without a value: right behind the colon, before any comment. */
function spotOfEmptyValue(where: Where, path: FieldPath, pair: Pair | undefined): Spot {
  const colon = colonOf(pair)
  if (colon === undefined)
    throw refusal('not-one-value', at(where, pair?.key), `${path.join('.')} has no value to replace.`)
  return { from: colon + 1, to: colon + 1, quoting: 'plain', prefix: ' ', suffix: '', inserts: false }
}

function spotOfNewKey(where: Where, path: FieldPath, parent: YAMLMap): Spot {
  const key = String(path.at(-1))
  const text = where.selected.document.text
  const first = isPair(parent.items[0]) ? parent.items[0].key : undefined
  const start = isNode(first) ? first.range?.[0] : undefined
  const spot = { quoting: 'plain' as const, inserts: true }
  if (start === undefined) {
    if (!parent.flow || !parent.range) throw refusal('no-parent', at(where, parent), 'the map is empty.')
    const inside = parent.range[0] + 1
    return { ...spot, from: inside, to: inside, prefix: `${key}: `, suffix: '' }
  }
  const quoted = isScalar(first) && first.type === 'QUOTE_DOUBLE' ? JSON.stringify(key) : key
  const lineStart = text.lastIndexOf('\n', start - 1) + 1
  const eol = text.includes('\r\n') ? '\r\n' : '\n'
  const indent = text.slice(lineStart, start)
  const ownLine = /^ *$/.test(indent)
  if (parent.flow)
    return {
      ...spot,
      from: start,
      to: start,
      prefix: `${quoted}: `,
      suffix: ownLine ? `,${eol}${indent}` : ', ',
    }
  const from = ownLine ? afterParentLine(where, path, text) : undefined
  if (from !== undefined && from <= lineStart)
    return { ...spot, from, to: from, prefix: `${indent}${quoted}: `, suffix: eol }
  const column = ' '.repeat(start - lineStart)
  return { ...spot, from: start, to: start, prefix: `${quoted}: `, suffix: `${eol}${column}` }
}

/** Start of the line behind `spec:`, above any comment that belongs to the first key. */
function afterParentLine(where: Where, path: FieldPath, text: string): number | undefined {
  let node: unknown = where.document.contents
  let pair: Pair | undefined
  for (const step of path.slice(0, -1)) {
    pair = isMap(node) ? ownPair(node, step) : undefined
    node = isSeq(node) ? node.items[Number(step)] : pair?.value
  }
  const colon = colonOf(pair)
  const newline = colon === undefined ? -1 : text.indexOf('\n', colon)
  return newline < 0 ? undefined : newline + 1
}

function colonOf(pair: Pair | undefined): number | undefined {
  const token = pair?.srcToken
  return token?.sep?.find((part) => part.type === 'map-value-ind')?.offset
}

function ownPair(map: YAMLMap, key: string | number): Pair | undefined {
  return map.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === String(key))
}

function at(where: Where, node: unknown): { file: string; line: number } {
  const offset = isNode(node) ? ((node as Node).range?.[0] ?? 0) : 0
  const before = where.selected.document.text.slice(0, offset)
  return { file: where.file, line: where.selected.document.start + (before.match(/\n/g)?.length ?? 0) }
}
