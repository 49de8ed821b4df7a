import { at, isObject, listAt, numberAt } from '#core'
import type { JsonObject } from '#core'
import { badRequest, conflict, invalid, modified, notFound } from './failure.ts'
import { child, copyOf, meta, nameOf } from './object.ts'
import type { Mutable, Stored } from './object.ts'
import { selectorText } from './selectors.ts'
import { prepareUpdate } from './strategy.ts'
import type { World } from './world.ts'
import { settle } from './write.ts'
import type { Target, WriteOptions } from './write.ts'

/** A write of `/status`: only the status of what `build` gives counts. */
export async function writeStatus(
  world: World,
  target: Target,
  build: (live: Stored) => JsonObject,
  options: WriteOptions,
): Promise<Stored> {
  return await settle(world, target, options, async (live) => {
    if (live === undefined) throw notFound(target)
    const body = build(live)
    checkVersion(target, live, body)
    const merged = await world.merge.run({
      op: 'update',
      kind: target.kind,
      live,
      object: { ...live, status: body['status'] },
      manager: options.manager,
      force: false,
      subresource: 'status',
    })
    return merged
  })
}

/** The count alone, as `/scale` shows it. */
export function toScale(object: JsonObject): JsonObject {
  const metadata = ['name', 'namespace', 'uid', 'resourceVersion', 'creationTimestamp']
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: Object.fromEntries(metadata.map((name) => [name, meta(object, name)])),
    spec: { replicas: numberAt(object, 'spec', 'replicas') ?? 0 },
    status: { replicas: numberAt(object, 'status', 'replicas') ?? 0, selector: selectorText(object) },
  }
}

export async function writeScale(
  world: World,
  target: Target,
  build: (live: JsonObject) => JsonObject,
  options: WriteOptions,
): Promise<JsonObject> {
  const written = await settle(world, target, options, async (live) => {
    if (live === undefined) throw notFound(target)
    const scale = build(toScale(live))
    checkVersion(target, live, scale)
    const replicas = countOf(scale, target)
    const merged = await world.merge.run({
      op: 'update',
      kind: target.kind,
      live,
      object: { ...live, spec: { ...(live['spec'] as JsonObject), replicas } },
      manager: options.manager,
      force: false,
      subresource: 'scale',
    })
    const object = copyOf(merged)
    withoutTime(object, options.manager)
    prepareUpdate(target.kind, live, object)
    return object
  })
  return toScale(written)
}

function countOf(scale: JsonObject, target: Target): number {
  const replicas = at(scale, 'spec', 'replicas') ?? 0
  if (typeof replicas !== 'number' || !Number.isInteger(replicas))
    throw badRequest(`Scale in version "v1" cannot be handled as a Scale: spec.replicas is no integer`)
  if (replicas >= 0) return replicas
  const message = `Invalid value: ${replicas}: must be greater than or equal to 0`
  throw invalid({ ...target, name: nameOf(scale) }, [
    { reason: 'FieldValueInvalid', message, field: 'spec.replicas' },
  ])
}

/** The real server forgets when the count was written over `/scale`: its entry has no time. */
function withoutTime(object: Mutable, manager: string): void {
  const metadata = child(object, 'metadata')
  metadata['managedFields'] = listAt(metadata, 'managedFields').map((entry) => {
    if (!isObject(entry) || entry['manager'] !== manager || entry['subresource'] !== 'scale') return entry
    const { time: _time, ...rest } = entry
    return rest
  })
}

function checkVersion(target: Target, live: Stored, body: JsonObject): void {
  const wanted = meta(body, 'resourceVersion')
  if (wanted !== '' && wanted !== meta(live, 'resourceVersion')) throw conflict(target, modified)
}
