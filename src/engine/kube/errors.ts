import { AppError } from '#contract'
import type { ErrorAction, ErrorCode } from '#contract'
import { at, listAt, numberAt, stringAt, maskText } from '#core'
import type { ConflictCause } from './cluster.ts'

type Mapped = { readonly code: ErrorCode; readonly action?: ErrorAction; readonly retryable?: boolean }

export type StatusAnswer = {
  readonly status: number
  /** The body, a Status of the server or the page of a proxy between. */
  readonly text: string
  readonly subject: string
  readonly server: string
}

/** A refusal by the server, with what its Status says kept as data. */
export function statusError(answer: StatusAnswer): AppError {
  const body = parseStatus(answer.text)
  const reason = stringAt(body, 'reason') ?? ''
  const secretObject = isSecret(answer.subject) || stringAt(body, 'details', 'kind') === 'secrets'
  const words = maskText(stringAt(body, 'message') ?? (plainWords(answer.text) || `HTTP ${answer.status}`), {
    secretObject,
  })
  const mapped = mapStatus(answer.status, reason, words)
  const retryAfter = numberAt(body, 'details', 'retryAfterSeconds')
  const causes = listAt(body, 'details', 'causes').map((cause) => toCause(cause, secretObject))
  return new AppError(mapped.code, {
    message: `${answer.subject}: ${words}`,
    subject: answer.subject,
    ...(mapped.action === undefined ? {} : { action: mapped.action }),
    retryable: mapped.retryable ?? false,
    data: {
      status: answer.status,
      reason,
      server: answer.server,
      ...(causes.length === 0 ? {} : { causes }),
      ...(retryAfter === undefined ? {} : { retryAfterSeconds: retryAfter }),
    },
  })
}

/** A Status that came as an event of a watch. */
export function watchStatusError(status: unknown, subject: string, server: string): AppError {
  const code = numberAt(status, 'code') ?? 500
  return statusError({ status: code, text: JSON.stringify(status ?? {}), subject, server })
}

/** Why no answer came: network, TLS, proxy, time-out, cancel. */
export function transportError(
  error: unknown,
  context: { readonly subject: string; readonly server: string; readonly signal?: AbortSignal | undefined },
): AppError {
  if (error instanceof AppError) return error
  if (context.signal?.aborted === true)
    return new AppError('CANCELLED', { message: `${context.subject}: cancelled.`, subject: context.subject })
  const mapped = mapTransport(error)
  return new AppError(mapped.code, {
    message: `${context.server}: ${maskText(rootWords(error))} (asked for ${context.subject})`,
    subject: context.subject,
    ...(mapped.action === undefined ? {} : { action: mapped.action }),
    retryable: mapped.retryable ?? false,
    data: { server: context.server, cause: causeCode(error) },
    cause: error,
  })
}

/** The causes of a refused server-side apply; undefined = another kind of failure. */
export function conflictCauses(error: unknown): readonly ConflictCause[] | undefined {
  if (!(error instanceof AppError) || error.code !== 'KUBE_CONFLICT') return undefined
  const causes = listAt(error.data, 'causes').filter((cause) => stringAt(cause, 'manager') !== undefined)
  return causes.length === 0 ? undefined : (causes as readonly ConflictCause[])
}

/** One cause of a Status as the API server's field manager words it; undefined = no conflict of managers. */
export function conflictCauseOf(cause: unknown): ConflictCause | undefined {
  const parsed = toCause(cause, false)
  return 'manager' in parsed ? (parsed as ConflictCause) : undefined
}

const byStatus: Readonly<Record<number, Mapped>> = {
  400: { code: 'KUBE_INVALID' },
  401: { code: 'KUBE_UNAUTHORIZED', action: 'sign-in' },
  403: { code: 'KUBE_FORBIDDEN' },
  404: { code: 'KUBE_NOT_FOUND', action: 'refresh' },
  407: { code: 'KUBE_UNREACHABLE', action: 'open-settings' },
  409: { code: 'KUBE_CONFLICT', action: 'refresh' },
  410: { code: 'KUBE_EXPIRED', action: 'refresh', retryable: true },
  412: { code: 'KUBE_CONFLICT', action: 'refresh' },
  413: { code: 'KUBE_TOO_LARGE' },
  422: { code: 'KUBE_INVALID' },
  429: { code: 'KUBE_FAILED', action: 'retry', retryable: true },
  500: { code: 'KUBE_FAILED', action: 'retry', retryable: true },
  502: { code: 'KUBE_UNREACHABLE', action: 'retry', retryable: true },
  503: { code: 'KUBE_FAILED', action: 'retry', retryable: true },
  504: { code: 'KUBE_TIMEOUT', action: 'retry', retryable: true },
}

function mapStatus(status: number, reason: string, words: string): Mapped {
  if (status === 400 && /does not support dry.?run/i.test(words)) return { code: 'DRY_RUN_REFUSED' }
  // Server-side apply of a field that the kind has not is answered with 500, and would be tried again for ever.
  if (status === 500 && /field not declared in schema/.test(words)) return { code: 'KUBE_INVALID' }
  if (reason === 'Expired') return { code: 'KUBE_EXPIRED', action: 'refresh', retryable: true }
  return byStatus[status] ?? { code: 'KUBE_FAILED' }
}

const timeouts = new Set([
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'TimeoutError',
])
const tls =
  /^(CERT_|UNABLE_TO_|DEPTH_ZERO|SELF_SIGNED|ERR_TLS_|ERR_SSL_|ERR_OSSL|EPROTO|HOSTNAME_MISMATCH|INVALID_CA|UND_ERR_PRX_TLS)/

function mapTransport(error: unknown): Mapped {
  const code = causeCode(error)
  if (tls.test(code)) return { code: 'KUBE_TLS', action: 'open-settings' }
  if (timeouts.has(code)) return { code: 'KUBE_TIMEOUT', action: 'retry', retryable: true }
  // Without a code of the system or of undici it is no failure of the network: trying again would not help.
  if (code === '' || code === 'UND_ERR_INVALID_ARG') return { code: 'KUBE_FAILED' }
  return { code: 'KUBE_UNREACHABLE', action: 'retry', retryable: true }
}

/** The deepest error that names a code: undici and happy-eyeballs wrap the one that tells. */
function causeCode(error: unknown): string {
  let found = ''
  let here: unknown = error
  for (let depth = 0; here instanceof Error && depth < 8; depth += 1) {
    const code: unknown = Reflect.get(here, 'code')
    if (typeof code === 'string') found = code
    else if (found === '' && here.name === 'TimeoutError') found = here.name
    here = here instanceof AggregateError ? (here.errors[0] as unknown) : here.cause
  }
  return found
}

function rootWords(error: unknown): string {
  if (error instanceof AggregateError && error.errors[0] instanceof Error) return rootWords(error.errors[0])
  if (!(error instanceof Error)) return 'the connection failed'
  return error.cause instanceof Error ? rootWords(error.cause) : error.message || error.name
}

function parseStatus(text: string): unknown {
  try {
    const body: unknown = JSON.parse(text)
    return at(body, 'kind') === 'Status' ? body : undefined
  } catch {
    // A proxy's page: its words are used as they are.
    return undefined
  }
}

/** First words of a page that is no Status, without its markup. */
function plainWords(text: string): string {
  return text
    .replace(/<(script|style)[\s\S]*?<\/\1>/gi, ' ')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 300)
}

function isSecret(subject: string): boolean {
  return /^Secret\/|\/secrets(\/|$|\?)/.test(subject)
}

const conflict =
  /^conflict with "(?<manager>(?:[^"\\]|\\.)*)"(?: with subresource "(?<subresource>[^"]*)")?(?: using (?<apiVersion>\S+)(?: at (?<at>\S+))?)?/

function toCause(cause: unknown, secretObject: boolean): ConflictCause | Readonly<Record<string, string>> {
  const field = stringAt(cause, 'field') ?? ''
  const reason = stringAt(cause, 'reason') ?? ''
  const message = stringAt(cause, 'message') ?? ''
  const groups = reason === 'FieldManagerConflict' ? conflict.exec(message)?.groups : undefined
  if (groups === undefined) return { field, reason, message: maskText(message, { secretObject }) }
  const { manager, subresource, apiVersion, at: time } = groups
  return {
    field,
    manager: manager ?? '',
    operation: apiVersion === undefined ? 'Apply' : 'Update',
    ...(subresource === undefined ? {} : { subresource }),
    ...(apiVersion === undefined ? {} : { apiVersion }),
    ...(time === undefined ? {} : { at: time }),
  }
}
