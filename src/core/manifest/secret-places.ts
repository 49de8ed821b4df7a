import { isAlias, isMap, isPair, isScalar, isSeq } from 'yaml'
import type { Document, Node, Pair, YAMLMap } from 'yaml'
import { parseOrNothing } from './parse-or-nothing.ts'
import { openSecretFields } from './redact.ts'

/**
 * A stretch of a document that must not be shown. `id` names the place (object and field), so that two versions of a file can be
 * compared place by place; before its `#` stands the object.
 */
export type SecretPlace = {
  readonly id: string
  readonly from: number
  readonly to: number
  readonly value: string
  readonly kind: 'value' | 'comment' | 'document'
}

/** Longer documents are not searched node by node: the parser of ranges is ten times slower than the reader. */
const maxLength = 4_000_000
const valueFields = ['data', 'stringData'] as const

/** Where one document keeps secret values, or `unreadable`. Offsets are those of the given text. */
export function findSecrets(text: string): readonly SecretPlace[] | 'unreadable' {
  if (text.length > maxLength) return 'unreadable'
  const document = parseOrNothing(text)
  if (document === undefined) return 'unreadable'
  const search = new Search(text, document)
  search.walk(document.contents, '')
  return search.places
}

class Search {
  readonly places: SecretPlace[] = []
  private readonly text: string
  private readonly document: Document
  private readonly hidden = new Set<unknown>()
  private readonly object: string

  constructor(text: string, document: Document) {
    this.text = text
    this.document = document
    this.object = ['kind', 'metadata.namespace', 'metadata.name']
      .map((path) =>
        this.string(path.split('.').reduce<unknown>((node, key) => this.first(node, key), document.contents)),
      )
      .join('/')
  }

  walk(node: unknown, path: string): void {
    if (isSeq(node)) node.items.forEach((item, index) => this.walk(item, `${path}[${index}]`))
    if (isScalar(node) && typeof node.value === 'string' && holdsSecret(node.value)) this.hide(node, path)
    if (!isMap(node)) return
    if (this.all(node, 'kind').some((kind) => this.string(kind) === 'Secret'))
      for (const field of this.valueFields(node)) this.hideField(node, field, path)
    if (/^\/(data|stringData)(\/|$)/.test(this.string(this.first(node, 'path')) ?? ''))
      this.hideField(node, 'value', path)
    if (this.string(this.first(this.first(node, 'target'), 'kind'))?.includes('Secret') === true)
      this.hideField(node, 'patch', path)
    for (const generator of this.all(node, 'secretGenerator'))
      if (isSeq(generator))
        generator.items.forEach((item, index) =>
          this.hideField(item, 'literals', `${path}.generator[${index}]`),
        )
    for (const pair of node.items) this.walk(pair.value, `${path}.${this.string(pair.key) ?? '?'}`)
  }

  /** A whole Secret is open but for what it surely holds beside values; a mere mention of one (`target`, `secretRef`) is not. */
  private valueFields(map: YAMLMap): readonly string[] {
    if (this.first(map, 'metadata') === undefined) return valueFields
    const others = map.items.flatMap((pair) => this.string(pair.key) ?? [])
    return [
      ...new Set([...valueFields, ...others.filter((name) => !openSecretFields.has(name) && name !== '<<')]),
    ]
  }

  private hideField(node: unknown, field: string, path: string): void {
    const map = this.resolved(node)
    if (!isMap(map)) return
    for (const pair of map.items) {
      if (this.string(pair.key) === field) {
        this.hide(pair.value, `${path}.${field}`)
        this.hideComments(pair)
      } else if (isMerge(pair)) {
        for (const merged of this.merged(pair)) this.hideField(merged, field, path)
      }
    }
  }

  private hide(node: unknown, path: string): void {
    const target = this.resolved(node)
    // A value with a star in front, not quoted: an alias of nothing.
    if (isAlias(node) && target === undefined && node.range)
      this.add(path, node.range[0], node.range[1], { value: node.source, kind: 'value' })
    if (this.hidden.has(target)) return
    this.hidden.add(target)
    if (isSeq(target)) target.items.forEach((item, index) => this.hide(item, `${path}[${index}]`))
    if (isMap(target))
      for (const pair of target.items) {
        if (isMerge(pair)) for (const merged of this.merged(pair)) this.hide(merged, path)
        else this.hide(pair.value, `${path}.${this.string(pair.key) ?? '?'}`)
      }
    if (isScalar(target) && target.range && target.value !== null && target.value !== '')
      this.add(path, target.range[0], target.range[1], { value: JSON.stringify(target.value), kind: 'value' })
  }

  /** Comments between the keys of a masked field may tell what the values are. */
  private hideComments(pair: Pair): void {
    const from = isNode(pair.key) ? pair.key.range?.[1] : undefined
    const to = isNode(pair.value) ? pair.value.range?.[2] : undefined
    if (from === undefined || to === undefined) return
    const taken = scalarsIn(pair.value).toSorted((a, b) => a[0] - b[0])
    let end = from
    for (const [start, stop] of [...taken, [to, to] as const]) {
      for (const match of this.text.slice(end, Math.max(start, end)).matchAll(/(?<=^|\s)#[^\r\n]*/g))
        this.add('comment', end + match.index, end + match.index + match[0].length, {
          value: match[0],
          kind: 'comment',
        })
      end = Math.max(end, stop)
    }
  }

  private add(
    path: string,
    from: number,
    to: number,
    rest: { value: string; kind: 'value' | 'comment' },
  ): void {
    // Comments have no identity of their own: they are compared by their text alone.
    const id =
      rest.kind === 'comment' ? `${this.object}#comment ${this.places.length}` : `${this.object}#${path}`
    this.places.push({ id, from, to, ...rest })
  }

  private resolved(node: unknown): unknown {
    return isAlias(node) ? node.resolve(this.document) : node
  }

  private merged(pair: Pair): readonly unknown[] {
    const value = this.resolved(pair.value)
    return isSeq(value) ? value.items.map((item) => this.resolved(item)) : [value]
  }

  /** Every value that a key may have: its own and those that merge keys bring. */
  private all(node: unknown, key: string): readonly unknown[] {
    const map = this.resolved(node)
    if (!isMap(map)) return []
    return map.items.flatMap((pair) => {
      if (this.string(pair.key) === key) return [this.resolved(pair.value)]
      return isMerge(pair) ? this.merged(pair).flatMap((merged) => this.all(merged, key)) : []
    })
  }

  private first(node: unknown, key: string): unknown {
    return this.all(node, key)[0]
  }

  private string(node: unknown): string | undefined {
    const target = this.resolved(node)
    return isScalar(target) && typeof target.value === 'string' ? target.value : undefined
  }
}

/** A manifest or patch of a Secret inside a string: an inline patch, a copy of the object in an annotation. */
function holdsSecret(value: string): boolean {
  return (
    /\bkind\b["']?\s*:\s*["']?Secret\b/.test(value) ||
    /\bpath\b["']?\s*:\s*["']?\/(data|stringData)\b/.test(value)
  )
}

function isMerge(pair: Pair): boolean {
  return isScalar(pair.key) && pair.key.value === '<<'
}

function isNode(value: unknown): value is Node {
  return isScalar(value) || isMap(value) || isSeq(value) || isAlias(value)
}

function scalarsIn(node: unknown): readonly (readonly [number, number])[] {
  if (isPair(node)) return [...scalarsIn(node.key), ...scalarsIn(node.value)]
  if (isMap(node) || isSeq(node))
    return (node as YAMLMap).items.flatMap((item: unknown) => [...scalarsIn(item)])
  return (isScalar(node) || isAlias(node)) && node.range ? [[node.range[0], node.range[1]]] : []
}
