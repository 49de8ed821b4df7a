const mask = '***'
const maxDepth = 8
const maxItems = 200
const maxText = 20_000

/** What secrets look like, wherever they stand in a text. The first group of a pattern is kept. */
const patterns: readonly RegExp[] = [
  // A key file or certificate's private half, also when it is cut off.
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  /(\bauthorization["']?\s*[:=]\s*["']?(?:bearer|basic|token)?\s*)[^\s"',;]+/gi,
  /(\bbearer\s+)[\w.~+/=-]{8,}/gi,
  /(\b[a-z][a-z0-9+.-]*:\/\/)[^/@\s]+@/gi,
  /((?:password|passwd|secret|token|api[-_]?key|access[-_]?key|client[-_]?key-data|credentials?)["']?\s*[:=]\s*["']?)[^\s"',;&}]{3,}/gi,
  // Tokens that tell themselves: JSON web tokens, GitHub, GitLab, AWS, Slack, Google.
  /\beyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?/g,
  /\b(?:gh[pousr]_\w{16,}|github_pat_\w{20,}|glpat-[\w-]{16,}|(?:AKIA|ASIA)[A-Z0-9]{16}|xox[abprs]-[\w-]{10,}|ya29\.[\w-]{16,})/g,
]
const secretName =
  /^(?:.*[-_])?(?:token|password|passwd|secret|authorization|cookie|api[-_]?key|client[-_]?key[-_]?data|private[-_]?key|stringdata)$/i

/** A text without what looks like a secret. */
export function redactText(text: string): string {
  const short = text.length > maxText ? `${text.slice(0, maxText)}… (${text.length} characters)` : text
  return patterns.reduce(
    (rest, pattern) =>
      rest.replace(pattern, (_match, kept: unknown) => (typeof kept === 'string' ? kept + mask : mask)),
    short,
  )
}

/** A value fit for a log line: secrets masked, errors as data, bounded in depth and size. */
export function redactValue(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return redactText(value)
  if (typeof value === 'bigint' || typeof value === 'symbol' || typeof value === 'function')
    return redactText(String(value))
  if (typeof value !== 'object' || value === null) return value
  if (depth >= maxDepth) return '…'
  if (value instanceof Error) return redactValue(errorFields(value), depth)
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'invalid date' : value.toISOString()
  if (ArrayBuffer.isView(value)) return `${value.byteLength} bytes`
  if (Array.isArray(value)) return value.slice(0, maxItems).map((item) => redactValue(item, depth + 1))
  return Object.fromEntries(
    Object.entries(value)
      .slice(0, maxItems)
      .map(([name, item]) => [
        redactText(name),
        secretName.test(name) && item !== undefined ? mask : redactValue(item, depth + 1),
      ]),
  )
}

function errorFields(error: Error): Readonly<Record<string, unknown>> {
  return {
    name: error.name,
    message: error.message,
    ...('code' in error ? { code: error.code } : {}),
    ...('data' in error ? { data: error.data } : {}),
    stack: error.stack,
    ...(error.cause === undefined ? {} : { cause: error.cause }),
  }
}
