import type { App, ResourceKey, SafetyReason } from '#contract'
import { AppError } from '#contract'
import { at, imagesOf, keyString, listAt, neededKeys, safetyReport } from '#core'
import type { JsonObject, LiveObject, Manifest } from '#core'
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

/** States that ran healthy are rendered again for their images: these many, the newest. */
const renderedRecords = 10
const atOnce = 8

/** Reads what the report needs and has core judge it. What cannot be read becomes a reason of its own. `KUBE_*` where nothing can be asked. */
export async function readSafety(
  ports: SafetyPorts,
  app: App,
  sides: {
    readonly before: readonly Manifest[]
    readonly after: readonly Manifest[]
    readonly renderedHash: string | undefined
  },
  signal?: AbortSignal,
): Promise<readonly SafetyReason[]> {
  const { cluster, target } = await destinationOf(ports, app)
  const keys = new Map(
    [...sides.after.map(({ key }) => key), ...neededKeys(sides.after)].map((key) => [keyString(key), key]),
  )
  const live = new Map<string, LiveObject>()
  const waiting = [...keys]
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
      live.set(next[0], await readOne(cluster, next[1], signal))
  }
  const [records, running] = await Promise.all([
    ports.sync.readRecord(cluster, target, { signal }).then(({ records: all }) => all, unread),
    runningImages(cluster, target.namespace, signal),
    ...Array.from({ length: atOnce }, work),
  ])
  const images =
    'unread' in running || 'unread' in records ? running : await withHealthy(ports, app, running, records)
  return safetyReport({
    ...sides,
    records,
    images,
    live: (key) => live.get(keyString(key)) ?? { state: 'unknown', why: 'it was not asked for' },
    context: cluster.context,
    now: ports.now(),
  })
}

async function readOne(
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
    return { state: 'unknown', why: unread(error).unread }
  }
}

function unread(error: unknown): { readonly unread: string } {
  if (!(error instanceof AppError) || error.code === 'CANCELLED') throw error
  return { unread: error.message }
}

/** Of containers that are ready now: what crashes was not seen running. */
async function runningImages(
  cluster: Cluster,
  namespace: string,
  signal: AbortSignal | undefined,
): Promise<Set<string> | { readonly unread: string }> {
  try {
    const { items } = await cluster.list({ group: '', kind: 'Pod' }, { namespace }, { signal })
    return new Set(items.filter(isReady).flatMap(imagesOf))
  } catch (error) {
    return unread(error)
  }
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
