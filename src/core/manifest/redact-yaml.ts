import type { YamlDocument } from './documents.ts'
import { splitDocuments } from './documents.ts'
import { findNamedSecrets } from './named-secrets.ts'
import { secretWords } from './redact.ts'
import { maskHolds } from './redact-proof.ts'
import { findSecrets } from './secret-places.ts'
import type { SecretPlace } from './secret-places.ts'

/** Text that no secret field can be without: anything else is shown as it is. `\u0053ecret` is a Secret too. */
const suspicious = /secret|\\[uUx]|\/data\b|\/stringData\b/i

/**
 * A repository file as it may be shown: values (and comments) in `data` / `stringData` of Secrets, literals of a kustomization's
 * secretGenerator, and patches of Secrets are masked by the ranges of their nodes; everything else stays byte for byte. A document
 * that seems to declare a Secret and cannot be read is masked whole. Of Helm values, those whose key says what they are.
 */
export function redactYaml(text: string): string {
  return replaced(text, secretsOf(text), () => secretWords.hidden)
}

/** One line of a file (from 1) as it may be shown: what `redactYaml` would mask of it, and nothing moves to another line. */
export function redactLine(text: string, line: number): string {
  const lines = text.split('\n')
  const from = lines.slice(0, line - 1).reduce((offset, one) => offset + one.length + 1, 0)
  const own = (lines[line - 1] ?? '').replace(/\r$/, '')
  const places = secretsOf(text)
    .map((place) => ({
      ...place,
      from: Math.max(0, place.from - from),
      to: Math.min(own.length, place.to - from),
    }))
    .filter(({ from: start, to }) => start < to)
    .map((place) => ({ ...place, kind: 'value' as const }))
  return replaced(own, places, () => secretWords.hidden)
}

/**
 * Both sides of a file's change. A value is compared with its own former value (same object, same key) and with no other: equal
 * secrets in two places are not linked.
 */
export function redactYamlPair(
  before: string | undefined,
  after: string | undefined,
): { readonly before: string | undefined; readonly after: string | undefined } {
  if (before === undefined || after === undefined) {
    return {
      before: before === undefined ? undefined : redactYaml(before),
      after: after === undefined ? undefined : redactYaml(after),
    }
  }
  const former = new Map(secretsOf(before).map((place) => [place.id, place.value]))
  return {
    before: redactYaml(before),
    after: replaced(after, secretsOf(after), ({ id, value }) => {
      const was = former.get(id)
      if (was === undefined) return secretWords.added
      return was === value ? secretWords.hidden : secretWords.changed
    }),
  }
}

/**
 * What must not be repeated of a file when something complains about it: its secret values, and where no parser reads it, each word that may
 * be one. For `maskValues`.
 */
export function secretWordsOf(text: string): readonly string[] {
  return secretsOf(text).flatMap((place) => {
    const source = text.slice(place.from, place.to)
    const lines = place.kind === 'document' ? source.replace(identity, '') : source
    const words = lines.split(/[\s"'`,[\]{}=]+/).map((word) => word.replace(/^[*&!|>]+/, ''))
    const whole = place.kind === 'value' ? [unquoted(source), ...assigned(unquoted(source))] : []
    return [...whole, ...words.filter((word) => word.length >= minWord && !word.endsWith(':'))]
  })
}

const minWord = 6
/** Lines that say which object a document is. */
const identity = /^[\s-]*(?:apiVersion|kind|name|namespace|type):.*$/gm

function unquoted(source: string): string {
  return source.trim().replace(/^(["'])([\s\S]*)\1$/, '$2')
}

/** The value of a literal (`key=value`). */
function assigned(text: string): readonly string[] {
  const at = text.indexOf('=')
  return at < 0 ? [] : [text.slice(at + 1)]
}

function secretsOf(text: string): readonly SecretPlace[] {
  const declared = declaredSecrets(text)
  const named = findNamedSecrets(text).filter(
    ({ from, to }) => !declared.some((place) => from < place.to && place.from < to),
  )
  return [...declared, ...named]
}

function declaredSecrets(text: string): readonly SecretPlace[] {
  if (!suspicious.test(text)) return []
  const seen = new Map<string, number>()
  return splitDocuments(text).flatMap((document) => {
    const found = suspicious.test(document.text) ? secretsOfDocument(document) : []
    if (found.length === 0) return []
    const id = found[0]?.id.split('#')[0] ?? ''
    const count = seen.get(id) ?? 0
    seen.set(id, count + 1)
    return found.map((place) => ({
      ...place,
      id: `${count}:${place.id}`,
      from: place.from + document.from,
      to: place.to + document.from,
    }))
  })
}

function secretsOfDocument(document: YamlDocument): readonly SecretPlace[] {
  const places = findSecrets(document.text)
  if (places === 'unreadable') return declaresSecret(document.text) ? [whole(document)] : []
  const masked = replaced(document.text, places, () => secretWords.hidden)
  return maskHolds(document.text, masked) ? places : [whole(document)]
}

/** In a text that no parser reads: `Secret` as a word of its own (not `secretKeyRef`), or a generator of them. */
function declaresSecret(text: string): boolean {
  return /\bSecret\b|secretGenerator|stringData|\\[uUx]/.test(text)
}

function whole(document: YamlDocument): SecretPlace {
  return { id: 'whole#', from: 0, to: document.to - document.from, value: document.text, kind: 'document' }
}

function replaced(
  text: string,
  places: readonly SecretPlace[],
  word: (place: SecretPlace) => string,
): string {
  let result = ''
  let end = 0
  for (const place of places.toSorted((a, b) => a.from - b.from || b.to - a.to)) {
    if (place.from < end) continue
    result += text.slice(end, place.from) + wrapped(place, word(place), text)
    end = place.to
  }
  return result + text.slice(end)
}

function wrapped(place: SecretPlace, word: string, text: string): string {
  const source = text.slice(place.from, place.to)
  // A block scalar's range includes its line break, which must stay for the next key to be on a line of its own.
  const newline = /\r?\n$/.exec(source)?.[0] ?? ''
  if (place.kind === 'comment') return `# ${word}`
  if (place.kind === 'value') return word + newline
  return `${text[place.from - 1] === '-' ? ' ' : ''}# ${word}: this document seems to declare a Secret and cannot be read\n`
}
