import type { ServerResponse } from 'node:http'
import type { JsonObject } from '#core'
import { badRequest, expired } from './failure.ts'
import { apiVersionOf } from './kinds.ts'
import { selectorOf } from './list.ts'
import { namespaceOf } from './object.ts'
import type { Resource } from './request.ts'
import type { StoreEvent } from './store.ts'
import type { World } from './world.ts'

const bookmarkMs = 60_000
const defaultTimeoutS = 1800

/** Streams changes from a version on until the time is over or the client leaves. */
export function watchObjects(
  world: World,
  resource: Resource,
  query: URLSearchParams,
  response: ServerResponse,
): void {
  const { store, clock } = world
  const test = selectorOf(resource, query)
  // A list and a watch in one, which newer clients ask for: what is there comes first, and a bookmark says that it was all.
  const whole = query.get('sendInitialEvents') === 'true'
  const from = whole ? 0 : versionOf(query)
  const timeoutMs = Number(query.get('timeoutSeconds') ?? defaultTimeoutS) * 1000

  const send = (type: string, object: JsonObject) => response.write(`${JSON.stringify({ type, object })}\n`)
  function take(event: StoreEvent): void {
    if (event.kind !== resource.kind) return
    if (resource.namespace !== '' && namespaceOf(event.object) !== resource.namespace) return
    const was = event.before !== undefined && test(event.before)
    const is = event.type !== 'DELETED' && test(event.object)
    if (is) send(was ? 'MODIFIED' : 'ADDED', event.object)
    // What leaves a selection is gone for who selects.
    else if (was)
      send(
        'DELETED',
        withVersion(event.type === 'DELETED' ? event.object : (event.before ?? event.object), event),
      )
  }
  function mark(annotations?: JsonObject): void {
    send('BOOKMARK', {
      kind: resource.kind.kind,
      apiVersion: apiVersionOf(resource.kind),
      metadata: {
        resourceVersion: String(store.version()),
        creationTimestamp: null,
        ...(annotations === undefined ? {} : { annotations }),
      },
    })
  }
  function bookmark(): void {
    mark()
    stopBookmark = clock.after(bookmarkMs, bookmark)
  }

  response.writeHead(200, { 'content-type': 'application/json' })
  response.flushHeaders()
  if (from === 0)
    for (const object of store.list(resource.kind, resource.namespace).filter(test)) send('ADDED', object)
  else if (from < store.forgotten()) {
    const gone = expired(`too old resource version: ${from} (${store.forgotten()})`)
    send('ERROR', gone.toStatus())
    response.end()
    return
  } else store.since(from).forEach(take)
  if (whole) mark({ 'k8s.io/initial-events-end': 'true' })
  const stopListening = store.onEvent(take)
  const wantsBookmarks = query.get('allowWatchBookmarks') === 'true'
  let stopBookmark = wantsBookmarks ? clock.after(bookmarkMs, bookmark) : () => undefined
  const stopTimer = clock.after(timeoutMs, () => response.end())
  response.on('close', () => {
    stopListening()
    stopBookmark()
    stopTimer()
  })
}

/** 0 = from what is there now. */
function versionOf(query: URLSearchParams): number {
  const text = query.get('resourceVersion') ?? ''
  const version = text === '' ? 0 : Number(text)
  if (!Number.isInteger(version) || version < 0)
    throw badRequest(`resourceVersion: Invalid value: "${text}": must be an unsigned integer`)
  return version
}

function withVersion(object: JsonObject, event: StoreEvent): JsonObject {
  const metadata = { ...(object['metadata'] as JsonObject), resourceVersion: String(event.version) }
  return { ...object, metadata }
}
