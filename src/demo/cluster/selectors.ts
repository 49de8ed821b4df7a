import { at, isObject, listAt, stringAt, stringsAt } from '#core'
import type { JsonObject } from '#core'
import { badRequest } from './failure.ts'
import type { ServedKind } from './kinds.ts'
import { labelsOf } from './object.ts'

export type Test = (object: JsonObject) => boolean

const everything: Test = () => true

/** `a=b`, `a!=b`, `a in (b,c)`, `a notin (b)`, `a`, `!a`, joined by commas. */
export function parseLabelSelector(text: string | null): Test {
  if (text === null || text.trim() === '') return everything
  const tests = text.split(/,(?![^(]*\))/).map((part) => requirement(part.trim()))
  return (object) => {
    const labels = labelsOf(object)
    return tests.every((test) => test(labels))
  }
}

type Labels = Readonly<Record<string, string>>

function requirement(part: string): (labels: Labels) => boolean {
  const set = /^(\S+)\s+(in|notin)\s+\(([^)]*)\)$/.exec(part)
  if (set !== null) {
    const [, key = '', operator, list = ''] = set
    const values = list.split(',').map((value) => value.trim())
    return (labels) => values.includes(labels[key] ?? '\0') === (operator === 'in')
  }
  const equal = /^([^\s=!]+)\s*(==|=|!=)\s*(\S*)$/.exec(part)
  if (equal !== null) {
    const [, key = '', operator, value = ''] = equal
    return (labels) => (labels[key] === value) === (operator !== '!=')
  }
  const exists = /^(!?)\s*([\w./-]+)$/.exec(part)
  if (exists === null) throw badRequest(`unable to parse requirement: found '${part}'`)
  const [, not, key = ''] = exists
  return (labels) => key in labels === (not === '')
}

const podFields = ['spec.nodeName', 'spec.restartPolicy', 'status.phase', 'status.podIP']

export function parseFieldSelector(text: string | null, kind: ServedKind): Test {
  if (text === null || text.trim() === '') return everything
  const known = ['metadata.name', 'metadata.namespace', ...(kind.kind === 'Pod' ? podFields : [])]
  const tests = text.split(',').map((part): Test => {
    const [, field = '', operator = '', value = ''] = /^([^=!]+)(==|=|!=)(.*)$/.exec(part.trim()) ?? []
    if (!known.includes(field))
      throw badRequest(
        `"${field || part}" is not a known field selector: only ${known.map((one) => `"${one}"`).join(', ')}`,
      )
    return (object) => ((stringAt(object, ...field.split('.')) ?? '') === value) === (operator !== '!=')
  })
  return (object) => tests.every((test) => test(object))
}

/** A `LabelSelector` of an object's spec: `matchLabels` and `matchExpressions`. */
export function matchesSelector(selector: unknown, labels: Labels): boolean {
  const wanted = Object.entries(stringsAt(selector, 'matchLabels'))
  return (
    wanted.every(([key, value]) => labels[key] === value) &&
    listAt(selector, 'matchExpressions').every((one) => matchesExpression(one, labels))
  )
}

function matchesExpression(expression: unknown, labels: Labels): boolean {
  const key = stringAt(expression, 'key') ?? ''
  const values = listAt(expression, 'values').map(String)
  switch (stringAt(expression, 'operator')) {
    case 'In':
      return key in labels && values.includes(labels[key] ?? '')
    case 'NotIn':
      return !(key in labels) || !values.includes(labels[key] ?? '')
    case 'Exists':
      return key in labels
    default:
      return !(key in labels)
  }
}

/** As `/scale` writes it. */
export function selectorText(object: JsonObject): string {
  const selector = at(object, 'spec', 'selector')
  if (!isObject(selector)) return ''
  return Object.entries(stringsAt(selector, 'matchLabels'))
    .map(([key, value]) => `${key}=${value}`)
    .join(',')
}
