import type { Dispatcher } from 'undici'
import type { AppError, ErrorCode } from '#contract'
import type { Access, KubeAuth } from './auth.ts'
import { pause } from './clock.ts'
import type { Clock } from './clock.ts'
import type { Dispatchers } from './dispatchers.ts'
import { statusError, transportError } from './errors.ts'
import { header, parseJson, readBody, warningsOf } from './http-body.ts'
import type { KubeHttp, KubeRequest, KubeResponse } from './http.ts'

export type HttpPorts = {
  /** Asked for each request: a kubeconfig may change credentials under a cluster in use. */
  readonly auth: () => KubeAuth
  readonly dispatchers: Dispatchers
  readonly clock: Clock
  /** The server answered and knows us, whatever else it says. */
  readonly onHeard?: () => void
  /** No answer came, or we are not let in: the connection's trouble, not the request's. */
  readonly onTrouble?: (error: AppError) => void
  /** Throws when the cluster may not be used any more. */
  readonly guard?: () => void
}

type Answer = { readonly response: Dispatcher.ResponseData; readonly access: Access }
type Sending = {
  readonly request: KubeRequest
  readonly subject: string
  /** The caller's signal and the time limit. */
  readonly signal: AbortSignal
  readonly streaming: boolean
}

const defaultTimeoutMs = 60_000
const defaultMaxBytes = 128 * 1024 * 1024
const maxErrorBytes = 1024 * 1024
const maxRetries = 3
const longestRetryAfterS = 10
const userAgent = 'wheelhouse'

export function createHttp(ports: HttpPorts): KubeHttp {
  async function request(wanted: KubeRequest): Promise<KubeResponse> {
    const subject = wanted.subject ?? wanted.path
    const limit = AbortSignal.timeout(wanted.timeoutMs ?? defaultTimeoutMs)
    const signal = wanted.signal === undefined ? limit : AbortSignal.any([wanted.signal, limit])
    const sending: Sending = { request: wanted, subject, signal, streaming: false }
    return await guarded(sending, async () => {
      const { response } = await answered(ports, sending)
      const text = await readBody(response, { maxBytes: wanted.maxBytes ?? defaultMaxBytes, subject })
      return {
        status: response.statusCode,
        contentType: header(response, 'content-type'),
        warnings: warningsOf(response),
        text,
      }
    })
  }
  async function stream(wanted: KubeRequest): Promise<AsyncIterable<Uint8Array>> {
    const subject = wanted.subject ?? wanted.path
    // Bounds the wait for the answer only: a timer that outlived it would cut the stream.
    const waiting = new AbortController()
    const limit = setTimeout(
      () => waiting.abort(new DOMException('the answer took too long', 'TimeoutError')),
      wanted.timeoutMs ?? defaultTimeoutMs,
    )
    const signal =
      wanted.signal === undefined ? waiting.signal : AbortSignal.any([wanted.signal, waiting.signal])
    const sending: Sending = { request: wanted, subject, signal, streaming: true }
    try {
      const { response } = await guarded(sending, () => answered(ports, sending))
      return chunksOf(response, (error) => mapped(sending, error))
    } finally {
      clearTimeout(limit)
    }
  }
  async function guarded<T>(sending: Sending, work: () => Promise<T>): Promise<T> {
    ports.guard?.()
    try {
      return await work()
    } catch (error) {
      throw mapped(sending, error)
    }
  }
  function mapped({ request: wanted, subject }: Sending, error: unknown): AppError {
    const server = ports.auth().server
    const result = transportError(error, { subject, server, signal: wanted.signal })
    if (isTrouble(result)) ports.onTrouble?.(result)
    return result
  }
  return {
    request,
    stream,
    json: async (wanted) => parseJson((await request(wanted)).text, wanted.subject ?? wanted.path),
  }
}

const troubles = new Set<ErrorCode>([
  'KUBE_UNREACHABLE',
  'KUBE_TIMEOUT',
  'KUBE_TLS',
  'KUBE_UNAUTHORIZED',
  'KUBE_EXEC_MISSING',
  'KUBE_EXEC_FAILED',
  'KUBE_EXEC_TIMEOUT',
  'KUBECONFIG_BROKEN',
])

function isTrouble(error: AppError): boolean {
  return troubles.has(error.code)
}

/** Sends until there is an answer of 2xx; others throw. */
async function answered(ports: HttpPorts, sending: Sending): Promise<Answer> {
  let renewed = false
  for (let attempt = 0; ; attempt += 1) {
    const auth = ports.auth()
    const access = await abortable(auth.current(), sending.signal)
    const response = await send(ports, access, sending).catch((error: unknown) => {
      if (attempt === 0 && isReplayable(error, sending.request)) return undefined
      if (isTimeout(error)) ports.dispatchers.renew(access)
      throw error
    })
    if (response === undefined) continue
    if (response.statusCode !== 401 && response.statusCode < 500) ports.onHeard?.()
    if (response.statusCode < 300) {
      auth.accepted()
      return { response, access }
    }
    const text = await readBody(response, { maxBytes: maxErrorBytes, subject: sending.subject }).catch(
      () => '',
    )
    if (response.statusCode === 401 && !renewed && auth.rejected(access)) {
      renewed = true
      continue
    }
    const waitMs = retryAfterMs(response, sending.request)
    if (attempt < maxRetries && waitMs !== undefined && (await pause(ports.clock, waitMs, sending.signal)))
      continue
    throw statusError({ status: response.statusCode, text, subject: sending.subject, server: auth.server })
  }
}

function send(ports: HttpPorts, access: Access, sending: Sending): Promise<Dispatcher.ResponseData> {
  const { request, streaming } = sending
  const body = request.body === undefined ? undefined : textOf(request.body)
  return ports.dispatchers.of(access).request({
    origin: access.origin,
    path: access.prefix + request.path + queryOf(request.query),
    method: request.method,
    headers: {
      accept: request.accept ?? 'application/json',
      'user-agent': userAgent,
      ...(streaming ? {} : { 'accept-encoding': 'gzip' }),
      ...(body === undefined ? {} : { 'content-type': request.contentType ?? 'application/json' }),
      ...toHeaders(access.headers),
    },
    ...(body === undefined ? {} : { body }),
    signal: sending.signal,
    // The signal bounds both; a stream may be silent for as long as it likes.
    headersTimeout: 0,
    bodyTimeout: 0,
  })
}

function toHeaders(headers: Access['headers']): Record<string, string | string[]> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, typeof value === 'string' ? value : [...value]]),
  )
}

function textOf(body: unknown): string {
  return typeof body === 'string' ? body : JSON.stringify(body)
}

function queryOf(query: KubeRequest['query']): string {
  const given = Object.entries(query ?? {}).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  )
  return given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`
}

/** A sign-in that others wait for too goes on; only this caller stops waiting. */
function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'))
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}

/** A connection that the server closed while it was idle: a read may be sent again at once. */
function isReplayable(error: unknown, request: KubeRequest): boolean {
  const code: unknown = Reflect.get(Object(error), 'code')
  const cut = [
    'UND_ERR_SOCKET',
    'UND_ERR_INFO',
    'UND_ERR_CLOSED',
    'ECONNRESET',
    'EPIPE',
    'ERR_HTTP2_GOAWAY_SESSION',
  ]
  return request.method === 'GET' && typeof code === 'string' && cut.includes(code)
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.name === 'TimeoutError'
}

/** 429 was refused before anything was done, so that writes may be sent again too. */
function retryAfterMs(response: Dispatcher.ResponseData, request: KubeRequest): number | undefined {
  const seconds = Number(header(response, 'retry-after') || NaN)
  const again = response.statusCode === 429 || (response.statusCode === 503 && request.method === 'GET')
  return again && seconds <= longestRetryAfterS ? seconds * 1000 : undefined
}

async function* chunksOf(
  response: Dispatcher.ResponseData,
  toError: (error: unknown) => AppError,
): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of response.body as AsyncIterable<Uint8Array>) yield chunk
  } catch (error) {
    throw toError(error)
  }
}
