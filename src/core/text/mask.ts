const limit = 2_000
const minSecret = 4

/**
 * A server's or program's words as they may be shown and logged. Servers quote what they could not read: the "context" of a JSON error holds
 * the request's own values, and `Invalid value: "…"` of a Secret is the secret. Escape sequences go too: a terminal would obey them.
 */
export function maskText(text: string, options: { readonly secretObject?: boolean } = {}): string {
  const plain = withoutEscapes(text)
    .replace(
      /error found in #\d+ byte of \.\.\.\|[\s\S]*/g,
      'the rest of the words quotes the request and is hidden',
    )
    .replace(/\b(Bearer|Basic)\s+[\w.~+/=-]{6,}/gi, '$1 ***')
    .replace(/(\b[a-z][a-z0-9+.-]*:\/\/)[^/@\s]+@/gi, '$1***@')
    .replace(/\beyJ[\w-]{8,}(?:\.[\w-]+){0,2}/g, '***')
    .replace(
      /("?(?:token|password|passwd|passphrase|client[-_]?secret|client[-_]?key[-_]?data|(?:api|access|private|secret)[-_]?key)"?\s*[:=]\s*)("[^"]*"|[^\s;]+)/gi,
      '$1***',
    )
    .replace(/-----BEGIN[^-]*PRIVATE KEY-----[\s\S]*?(?:-----END[^-]*PRIVATE KEY-----|$)/g, '***')
  const safe =
    options.secretObject === true
      ? plain.replace(
          /(Invalid value|Unsupported value|Duplicate value|Too long|cannot be handled as a Secret):[\s\S]*?(?=: (?:must|should|may|a |an |Too|no more)|$)/g,
          '$1: ***',
        )
      : plain
  return safe.length > limit ? `${safe.slice(0, limit)} …` : safe
}

/** A text without each of the given values, the longest first. Values too short to be told from words stay. */
export function maskValues(text: string, values: Iterable<string>, mask = '***'): string {
  const known = [...new Set(values)].filter((value) => value.length >= minSecret)
  return known
    .toSorted((a, b) => b.length - a.length)
    .reduce((rest, value) => rest.replaceAll(value, mask), text)
}

/** Removes terminal escape sequences and control characters, keeping line breaks and tabs. */
export function withoutEscapes(text: string): string {
  return (
    text
      // oxlint-disable-next-line no-control-regex
      .replace(/\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])/g, '')
      // oxlint-disable-next-line no-control-regex
      .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '')
  )
}
