import { AppError } from '#contract'
import { at, isObject, stringAt } from '#core'
import type { JsonObject } from '#core'
import type { Scope } from './cluster.ts'
import type { Clock } from './clock.ts'
import type { ResourceType } from './discovery.ts'
import { watchStatusError } from './errors.ts'
import { parseJson } from './http-body.ts'
import type { KubeHttp } from './http.ts'
import { selectors } from './read.ts'
import { collectionPath } from './resource-path.ts'

export type StreamInput = {
  readonly http: KubeHttp
  readonly type: ResourceType
  readonly scope: Scope
  readonly server: string
  readonly clock: Clock
  readonly resourceVersion: string
  readonly signal: AbortSignal
  readonly onOpen: () => void
  readonly onObject: (change: 'upsert' | 'delete', object: JsonObject) => void
  /** Everything up to this version was heard. */
  readonly onVersion: (resourceVersion: string) => void
}

/** Bookmarks come about once a minute: longer silence is a dead connection, or a server that will not mind the question. */
const idleMs = 90_000
const maxLineLength = 16 * 1024 * 1024

/** One watch request. Returns when the server ends it (it does, after minutes) or it fell silent; throws when it is cut, refused or expired. */
export async function readWatchStream(input: StreamInput): Promise<void> {
  const silent = new AbortController()
  const signal = AbortSignal.any([input.signal, silent.signal])
  let stopIdle = input.clock.after(idleMs, () => silent.abort())
  try {
    const chunks = await input.http.stream({
      method: 'GET',
      path: collectionPath(input.type, input.scope.namespace),
      query: {
        ...selectors(input.scope),
        watch: 'true',
        allowWatchBookmarks: 'true',
        resourceVersion: input.resourceVersion,
        // Spread, so that not all watches of a start end in the same second.
        timeoutSeconds: String(Math.round(300 + 300 * input.clock.random())),
      },
      subject: `${input.type.kind} watch`,
      signal,
      timeoutMs: 30_000,
    })
    input.onOpen()
    for await (const line of linesOf(chunks, () => {
      stopIdle()
      stopIdle = input.clock.after(idleMs, () => silent.abort())
    }))
      takeLine(input, line)
  } catch (error) {
    if (silent.signal.aborted && !input.signal.aborted) return
    throw error
  } finally {
    stopIdle()
  }
}

function takeLine(input: StreamInput, line: string): void {
  const subject = `${input.type.kind} watch`
  const event = parseJson(line, subject)
  const object = at(event, 'object')
  const type = stringAt(event, 'type')
  if (type === 'ERROR') throw watchStatusError(object, subject, input.server)
  if (!isObject(object)) return
  if (type === 'ADDED' || type === 'MODIFIED') input.onObject('upsert', object)
  if (type === 'DELETED') input.onObject('delete', object)
  const version = stringAt(object, 'metadata', 'resourceVersion')
  if (version) input.onVersion(version)
}

async function* linesOf(chunks: AsyncIterable<Uint8Array>, onChunk: () => void): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of chunks) {
    onChunk()
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    if (rest.length > maxLineLength)
      throw new AppError('KUBE_TOO_LARGE', { message: 'One event of the watch is larger than 16 MiB.' })
    for (const line of lines) if (line !== '') yield line
  }
}
