import type { App, ResourceKey, SyncRecord } from '#contract'
import { AppError } from '#contract'
import { at, imagesOf, keyString, listAt } from '#core'
import type { JsonObject, LiveObject, LiveOf } from '#core'
import type { AppRenderer } from '../app-render.ts'
import type { Repo } from '../git/index.ts'
import type { Cluster } from '../kube/index.ts'
import { destinationOf } from '../operations/sync.ts'
import type { Sync } from '../sync/index.ts'

export type SafetyPorts = {
  readonly repo: Repo
  readonly render: AppRenderer
  readonly sync: Sync
  readonly connect: (context: string) => Promise<Cluster>
  readonly now: () => string
}

type Unread = { readonly unread: string }

/** What a cluster says of an app at a moment, for any number of reports. */
export type Facts = {
  readonly context: string
  readonly records: readonly SyncRecord[] | Unread
  readonly images: ReadonlySet<string> | Unread
  /** Reads these objects, each once. */
  readonly live: (keys: readonly ResourceKey[], signal?: AbortSignal) => Promise<LiveOf>
  /** Why something could not be read though it was not refused: the cluster went away, and says nothing of these objects. */
  readonly lost: () => string | undefined
}

/** States that ran healthy are rendered again for their images: these many, the newest. */
const renderedRecords = 10
const atOnce = 8

/** `KUBE_*` where nothing can be asked; what alone cannot be read is unread. */
export async function readFacts(ports: SafetyPorts, app: App, signal?: AbortSignal): Promise<Facts> {
  const { cluster, target } = await destinationOf(ports, app)
  let lost: string | undefined
  const unread = (error: unknown): Unread => {
    if (!(error instanceof AppError) || error.code === 'CANCELLED') throw error
    if (error.code !== 'KUBE_FORBIDDEN') lost = error.message
    return { unread: error.message }
  }
  const [records, running] = await Promise.all([
    ports.sync.readRecord(cluster, target, { signal }).then(({ records: all }) => all, unread),
    runningImages(cluster, target.namespace, signal).catch(unread),
  ])
  const images =
    'unread' in running || 'unread' in records ? running : await withHealthy(ports, app, running, records)
  const objects = new Map<string, Promise<LiveObject>>()
  const readOne = (key: ResourceKey, ending: AbortSignal | undefined): Promise<LiveObject> =>
    readObject(cluster, key, ending).catch((error: unknown) => ({
      state: 'unknown' as const,
      why: unread(error).unread,
    }))
  return {
    context: cluster.context,
    records,
    images,
    lost: () => lost,
    live: async (keys, ending) => {
      const waiting = keys.map((key) => [keyString(key), key] as const).filter(([id]) => !objects.has(id))
      const work = async () => {
        for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
          const [id, key] = next
          const reading = readOne(key, ending)
          objects.set(id, reading)
          reading.catch(() => objects.delete(id))
          await reading
        }
      }
      await Promise.all(Array.from({ length: atOnce }, work))
      const found = new Map<string, LiveObject>()
      for (const key of keys) {
        const object = await objects.get(keyString(key))
        if (object !== undefined) found.set(keyString(key), object)
      }
      return (key) => found.get(keyString(key)) ?? { state: 'unknown', why: 'it was not asked for' }
    },
  }
}

async function readObject(
  cluster: Cluster,
  key: ResourceKey,
  signal: AbortSignal | undefined,
): Promise<LiveObject> {
  try {
    const object = await cluster.get(key, { signal })
    return object === undefined ? { state: 'absent' } : { state: 'present', object }
  } catch (error) {
    // A kind that is not served yet has no objects; whether it cannot be seen is another matter.
    if (error instanceof AppError && error.code === 'KUBE_UNKNOWN_KIND') return { state: 'absent' }
    throw error
  }
}

/** Of containers that are ready now: what crashes was not seen running. */
async function runningImages(
  cluster: Cluster,
  namespace: string,
  signal: AbortSignal | undefined,
): Promise<Set<string>> {
  const { items } = await cluster.list({ group: '', kind: 'Pod' }, { namespace }, { signal })
  return new Set(items.filter(isReady).flatMap(imagesOf))
}

function isReady(pod: JsonObject): boolean {
  return listAt(pod, 'status', 'conditions').some(
    (condition) => at(condition, 'type') === 'Ready' && at(condition, 'status') === 'True',
  )
}

async function withHealthy(
  { repo, render }: SafetyPorts,
  { spec }: App,
  running: ReadonlySet<string>,
  records: readonly { readonly revision: string; readonly healthyAt?: string | undefined }[],
): Promise<ReadonlySet<string>> {
  const healthy = records.filter(({ healthyAt }) => healthyAt !== undefined).map(({ revision }) => revision)
  const rendered = await Promise.all(
    [...new Set(healthy)].slice(0, renderedRecords).map(async (revision) => {
      try {
        return (await render(spec, await repo.tree(revision))).manifests.flatMap(({ object }) =>
          imagesOf(object),
        )
      } catch (error) {
        // A revision of a preview, or one that this clone does not have: it is no evidence, which is the careful side.
        if (error instanceof AppError && error.code !== 'CANCELLED') return []
        throw error
      }
    }),
  )
  return new Set([...running, ...rendered.flat()])
}
