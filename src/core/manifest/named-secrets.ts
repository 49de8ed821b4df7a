import type { SecretPlace } from './secret-places.ts'

/** Keys by which values files and tools' own settings hold secrets in plain text. `secretName` and `tokenTTL` are none. */
const line =
  /^([ \t]*)((?:- )?["']?[\w.-]*(?:password|passwd|passphrase|token|secret|(?:api|private|access|secret)[-_]?key|credentials?)["']?[ \t]*:[ \t]+)(\S.*?)[ \t]*$/gim

/** No value of their own: switches, numbers, references, templates, and the start of a map or list. */
const plain = /^(?:true|false|yes|no|null|~|[\d.]+|""|''|[{[&*!].*|.*\{\{.*|\(secret.*)$/i

/** Values that the name of their key gives away, by line: for text that is no Secret of Kubernetes, also where no parser reads it. */
export function findNamedSecrets(text: string): readonly SecretPlace[] {
  const seen = new Map<string, number>()
  const places: SecretPlace[] = []
  for (const match of text.matchAll(line)) {
    const [whole, indent = '', key = '', value = ''] = match
    if (plain.test(value)) continue
    const count = seen.get(indent + key) ?? 0
    seen.set(indent + key, count + 1)
    const from = match.index + whole.indexOf(value, indent.length + key.length)
    const to = /^[|>]/.test(value) ? blockEnd(text, from + value.length, indent.length) : from + value.length
    places.push({
      id: `named:${indent}${key}${count}#`,
      from,
      to,
      value: text.slice(from, to),
      kind: 'value',
    })
  }
  return places
}

/** A block scalar goes on while lines are empty or stand further in than its key. */
function blockEnd(text: string, from: number, indent: number): number {
  let end = from
  while (end < text.length) {
    const next = text.indexOf('\n', end + 1)
    const row = text.slice(end + 1, next < 0 ? text.length : next)
    if (row.trim() !== '' && row.search(/\S/) <= indent) return end
    end = next < 0 ? text.length : next
  }
  return end
}
