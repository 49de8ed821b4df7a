import { createHash } from 'node:crypto'
import type { Decisions, Plan } from '../../../src/contract/index.ts'
import { parseManifests, printPlan, renderedHash } from '../../../src/core/index.ts'
import type { JsonObject, Manifest } from '../../../src/core/index.ts'
import type { Cluster } from '../../../src/engine/kube/index.ts'
import { createSync } from '../../../src/engine/sync/index.ts'
import type {
  DesiredState,
  History,
  Planned,
  Sync,
  SyncEvent,
  SyncPorts,
  SyncRequest,
  SyncResult,
} from '../../../src/engine/sync/index.ts'

/** A cluster that the contract runs against. */
export type Connection = {
  readonly cluster: (user?: 'admin' | 'viewer') => Promise<Cluster>
  /** False where kinds cannot be defined: the simulated cluster serves built-in ones only. */
  readonly definitions?: boolean
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
export const oid = (name: string) => createHash('sha1').update(name).digest('hex')
const yes: Decisions = { prune: true, ticks: [], overrule: true, rollback: false }
let count = 0

export type World = {
  readonly cluster: Cluster
  readonly namespace: string
  readonly sync: Sync
  readonly desired: (yaml: string, revision?: string) => DesiredState
  readonly plan: (yaml: string, revision?: string) => Promise<Planned>
  /** The printed plan without its first line. */
  readonly print: (yaml: string, revision?: string) => Promise<string>
  readonly run: (planned: Planned, yaml: string, more?: Partial<SyncRequest>) => Promise<SyncResult>
  /** Plans, approves and runs. */
  readonly apply: (yaml: string, revision?: string, more?: Partial<SyncRequest>) => Promise<SyncResult>
  readonly get: (kind: string, name: string, namespace?: string) => Promise<JsonObject | undefined>
  readonly events: SyncEvent[]
}

/** One commit after the other, in the order of the list. */
function linear(...names: readonly string[]): History {
  const oids = names.map(oid)
  return {
    isAncestor: async (a, b) => {
      const [from, to] = [oids.indexOf(a), oids.indexOf(b)]
      return from < 0 || to < 0 ? undefined : from <= to
    },
    between: async (from, to) =>
      oids
        .slice(oids.indexOf(from) + 1, oids.indexOf(to) + 1)
        .toReversed()
        .map((one) => ({
          oid: one,
          parents: [],
          author: { name: 'Ada', email: 'ada@example.com' },
          authoredAt: '2026-10-01T09:00:00Z',
          committedAt: '2026-10-01T09:00:00Z',
          subject: one.slice(0, 7),
        })),
  }
}

const groups: Readonly<Record<string, string>> = {
  Deployment: 'apps',
  StatefulSet: 'apps',
  HorizontalPodAutoscaler: 'autoscaling',
  CustomResourceDefinition: 'apiextensions.k8s.io',
}

/** A namespace of its own, made unless told otherwise, and an app `shop` in it. */
export async function createWorld(
  connection: Connection,
  options: {
    readonly namespace?: 'missing'
    readonly ports?: Partial<SyncPorts>
    readonly user?: 'viewer'
  } = {},
): Promise<World> {
  const admin = await connection.cluster()
  const cluster = options.user === undefined ? admin : await connection.cluster(options.user)
  const namespace = `sync-${process.pid}-${Date.now() % 100_000}-${(count += 1)}`
  if (options.namespace === undefined)
    await admin.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
  const sync = createSync({ who: 'ada@desk', version: '1.0.0', ...options.ports })
  const events: SyncEvent[] = []
  const desired = (yaml: string, revision = 'one') =>
    desiredOf(yaml, { cluster, namespace, revision: oid(revision) })
  const plan = (yaml: string, revision?: string) => sync.createPlan(desired(yaml, revision))
  const run: World['run'] = (planned, yaml, more = {}) =>
    sync.runSync({
      ...desired(yaml),
      revision: planned.plan.revision,
      plan: planned.plan,
      decisions: yes,
      operationId: `operation-${(count += 1)}`,
      healthTimeoutMs: 60_000,
      onEvent: (event) => events.push(event),
      ...more,
    })
  return {
    cluster,
    namespace,
    sync,
    desired,
    plan,
    print: async (yaml, revision) => body((await plan(yaml, revision)).plan, namespace),
    run,
    apply: async (yaml, revision, more) => run(await plan(yaml, revision), yaml, more),
    get: (kind, name, where = namespace) =>
      admin.get({ group: groups[kind] ?? '', kind, namespace: where, name }),
    events,
  }
}

export function desiredOf(
  text: string,
  where: { readonly cluster: Cluster; readonly namespace: string; readonly revision: string },
): DesiredState {
  const { cluster, namespace, revision } = where
  const manifests = read(text, namespace)
  return {
    target: { appId: 'app-1', appName: 'shop', namespace },
    cluster,
    revision,
    manifests,
    renderedHash: renderedHash(manifests, sha256),
    history: linear('one', 'two', 'three', 'four'),
  }
}

function read(yaml: string, namespace: string): readonly Manifest[] {
  const { manifests, problems } = parseManifests(yaml, { defaultNamespace: namespace })
  if (problems.length > 0) throw new Error(problems[0]?.message)
  return manifests
}

/** Without what differs from run to run. */
function body(plan: Plan, namespace: string): string {
  return printPlan(plan)
    .split('\n')
    .slice(1)
    .join('\n')
    .replaceAll(namespace, 'NS')
    .replaceAll(/"applyset-[\w-]+("|…)/g, 'SET')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
    .trimEnd()
}

export const decisions = (more: Partial<Decisions> = {}): Decisions => ({ ...yes, ...more })

export function deployment(
  more: {
    readonly name?: string
    readonly image?: string
    readonly replicas?: number
    readonly extra?: string
  } = {},
): string {
  const { name = 'web', image = 'nginx:1.4', replicas = 2, extra = '' } = more
  return `
apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
${extra === '' ? '' : `  annotations: { ${extra} }\n`}spec:
  replicas: ${replicas}
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec:
      terminationGracePeriodSeconds: 0
      containers:
        - name: app
          image: ${image}
          ports: [{ containerPort: 80 }]
`
}

export function configMap(
  name: string,
  data: Readonly<Record<string, string>> = { key: 'one' },
  annotations = '',
): string {
  return `
apiVersion: v1
kind: ConfigMap
metadata:
  name: ${name}
${annotations === '' ? '' : `  annotations: { ${annotations} }\n`}data: ${JSON.stringify(data)}
`
}

export const yaml = (...parts: readonly string[]) => parts.join('\n---\n')
