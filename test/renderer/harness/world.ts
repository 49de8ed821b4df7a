import { createHash } from 'node:crypto'
import type { App, AppRow, Commit, Context, Output, PodSquare, TimelineRow, Workload } from '#contract'

/** Made-up content for the window's tests: a small shop on one cluster, as the real engine would describe it. */
export const appId = 'app-web'
export const now = Date.now()
export const ago = (minutes: number) => new Date(now - minutes * 60_000).toISOString()
export const oid = (text: string) => createHash('sha1').update(text).digest('hex')

const authors = {
  mira: { name: 'Mira Lindqvist', email: 'mira@shop.example' },
  tomas: { name: 'Tomás Ferreira', email: 'tomas@shop.example' },
} as const

export function commit(subject: string, minutes: number, author: keyof typeof authors = 'mira'): Commit {
  return {
    oid: oid(subject),
    parents: [oid(`before ${subject}`)],
    author: authors[author],
    authoredAt: ago(minutes),
    committedAt: ago(minutes),
    subject,
  }
}

export const bad = commit('web: 1.6.0 to prod, with the new checkout', 14)
export const good = commit('web: 1.5.0 to prod', 60 * 24 * 6, 'tomas')
export const older = commit(
  'web: three replicas in prod for the sale that everybody talks about this autumn',
  60 * 24 * 9,
)

export const key = (kind: string, name: string, group = 'apps') => ({ group, kind, namespace: 'shop', name })
const changed = (words: readonly string[]) => [
  { key: key('Deployment', 'web'), kind: 'changed' as const, words },
]

export const timeline: readonly TimelineRow[] = [
  {
    commit: bad,
    effect: 'changed',
    changes: changed(['image 1.5.0 -> 1.6.0', 'env CHECKOUT added']),
    marks: [
      { kind: 'live', label: 'live', words: 'live on prod, synced 12 min ago' },
      { kind: 'tip', label: 'newest', words: 'newest on main' },
    ],
    index: 0,
  },
  ...['docs: how to roll back', 'ci: check manifests', 'base: sort the labels'].map((subject, at) => ({
    commit: commit(subject, 60 * 24 * (2 + at), 'tomas'),
    effect: 'none' as const,
    changes: [],
    marks: [],
    index: 1 + at,
  })),
  {
    commit: good,
    effect: 'changed',
    changes: changed(['image 1.4.0 -> 1.5.0']),
    marks: [
      {
        kind: 'last-good',
        label: 'last known good',
        words: 'last known good: ran healthy 6 d on prod, 12 to 18 Nov',
      },
      { kind: 'healthy', label: 'ran healthy 6 d', words: 'ran healthy 6 d on prod, 12 to 18 Nov' },
    ],
    index: 4,
  },
  {
    commit: older,
    effect: 'changed',
    changes: [
      ...changed(['replicas 2 -> 3']),
      { key: key('ConfigMap', 'web-banner', ''), kind: 'added', words: [] },
    ],
    marks: [
      {
        kind: 'config-missing',
        level: 'danger',
        label: 'config missing',
        words:
          'Deployment/web needs ConfigMap/a-banner-with-a-name-that-somebody-made-longer-than-anybody-likes, which neither the result nor the cluster has: its pods would not start.',
      },
      { kind: 'healthy', label: 'ran healthy 3 d', words: 'ran healthy 3 d on prod, 9 to 12 Nov' },
      {
        kind: 'conflicts',
        level: 'caution',
        label: 'undo conflicts',
        words:
          'Undoing this commit would conflict in apps/web/overlays/prod/kustomization.yaml, apps/web/base/deployment.yaml: changed again since.',
      },
      {
        kind: 'image-unseen',
        level: 'caution',
        label: 'image not seen',
        words:
          'Deployment/web: registry.shop.example/team-checkout/web-storefront:1.3.0-rc.2 was not seen running here before.',
      },
    ],
    index: 5,
  },
  {
    commit: commit('web: a broken patch', 60 * 24 * 10),
    effect: 'unknown',
    changes: [],
    problem: 'overlays/prod/kustomization.yaml: no such file: patch.yaml',
    marks: [
      { kind: 'failed', level: 'caution', label: 'sync failed', words: 'sync on prod failed 10 d ago' },
    ],
    index: 6,
  },
  ...Array.from({ length: 40 }, (_, at) => ({
    commit: commit(`web: change number ${40 - at}`, 60 * 24 * (11 + at)),
    effect: at > 30 ? ('pending' as const) : ('changed' as const),
    changes: at > 30 ? [] : changed([`image 1.${at}.0 -> 1.${at + 1}.0`]),
    marks: [],
    index: 7 + at,
  })),
]

export function pod(name: string, of: Commit | undefined, more: Partial<PodSquare> = {}): PodSquare {
  return {
    name,
    uid: name,
    state: 'ready',
    restarts: 0,
    ...(of === undefined ? {} : { commit: of.oid }),
    ...more,
  }
}

export const webPods: readonly PodSquare[] = [
  pod('web-7c4d-1', good),
  pod('web-7c4d-2', good),
  pod('web-9f1a-1', bad, { state: 'crashing', reason: 'CrashLoopBackOff', restarts: 7 }),
  pod('web-9f1a-2', bad, { state: 'starting', reason: 'ContainerCreating' }),
  pod('web-5b2e-1', older, { state: 'terminating' }),
]
const crash = {
  key: key('Pod', 'web-9f1a-1', ''),
  message: 'Pod web-9f1a-1: CrashLoopBackOff, exit code 1, 7 restarts',
}

export const workloads: readonly Workload[] = [
  {
    key: key('Deployment', 'web'),
    desired: 3,
    source: { file: 'apps/shop-web/overlays/prod/replicas.yaml', line: 7 },
    liveReplicas: 3,
    ready: 2,
    pods: webPods,
    health: { status: 'Degraded', cause: crash },
  },
  {
    key: key('Deployment', 'web-worker'),
    desired: 4,
    source: { file: 'apps/shop-web/base/worker.yaml', line: 11 },
    locked: 'HorizontalPodAutoscaler web-worker owns the count',
    autoscaler: { kind: 'HorizontalPodAutoscaler', name: 'web-worker', min: 2, max: 8 },
    liveReplicas: 5,
    ready: 5,
    pods: Array.from({ length: 5 }, (_, at) => pod(`web-worker-${at}`, good)),
    health: { status: 'Healthy' },
  },
]

export const context: Context = {
  name: 'shop-staging',
  cluster: 'shop',
  server: 'https://10.1.2.3:6443',
  namespace: 'shop',
  user: 'mira',
  protected: false,
  colour: '#3f7fd0',
  current: true,
}
export const prodContext: Context = {
  ...context,
  name: 'shop-prod',
  server: 'https://10.9.9.9:6443',
  protected: true,
  colour: '#d9534f',
  current: false,
}

export const app: App = {
  id: appId,
  spec: {
    name: 'shop-web',
    cloneId: 'clone-1',
    path: 'apps/shop-web/overlays/prod',
    branch: 'main',
    tool: 'kustomize',
    destination: { context: 'shop-staging', namespace: 'shop' },
    cruise: 'report',
  },
}

export const row: AppRow = {
  id: appId,
  name: 'shop-web',
  tool: 'kustomize',
  path: app.spec.path,
  cloneName: 'shop-config',
  branch: 'main',
  destination: { context: 'shop-staging', namespace: 'shop' },
  cruise: 'report',
  tip: bad,
  sync: { status: 'synced', message: 'Equal to main.', revision: bad.oid, changes: 0, undeclared: 0 },
  health: { status: 'Degraded', cause: crash },
  blame: bad,
  ready: 2,
  desired: 3,
  pods: webPods,
  lastSync: {
    revision: bad.oid,
    renderedHash: 'aa',
    who: 'mira',
    startedAt: ago(13),
    finishedAt: ago(12),
    result: 'succeeded',
    counts: { updated: 1 },
  },
}

/** Many rows of every look; the first is the app that the other data belongs to. */
export function manyRows(count: number): readonly AppRow[] {
  const sync = ['synced', 'out-of-sync', 'unknown', 'companion', 'not-connected'] as const
  const health = ['Healthy', 'Healthy', 'Healthy', 'Progressing', 'Missing', 'Suspended', 'Unknown'] as const
  const { blame: _blame, ...plain } = row
  return Array.from({ length: count }, (_, at): AppRow => {
    const status = health[at % health.length] ?? 'Healthy'
    return {
      ...plain,
      id: `app-${at}`,
      path: 'services',
      name: `service-${at}${at % 9 === 0 ? '-with-a-name-that-is-longer-than-its-column-can-be' : ''}`,
      tool: at % 2 === 0 ? 'helm' : 'plain',
      destination: { context: at % 4 === 0 ? 'shop-prod' : 'shop-staging', namespace: 'shop' },
      tip: commit(`service-${at}: 2.${at}.0`, 30 * at + 3, at % 2 === 0 ? 'mira' : 'tomas'),
      sync: {
        status: sync[at % 11] ?? 'synced',
        message: at % 11 === 1 ? '2 objects differ.' : 'Equal to main.',
        changes: at % 11 === 1 ? 2 : 0,
        undeclared: 0,
      },
      health: {
        status,
        ...(status === 'Healthy'
          ? {}
          : { cause: { message: `Deployment service-${at} waits for 1 of 3 pods` } }),
      },
      ready: 3,
      desired: 3,
      pods: Array.from({ length: 3 }, (_, pods) => pod(`s-${at}-${pods}`, good)),
    }
  })
}

export const workspace: Output<'workspace.watch'> = {
  clones: [
    {
      id: 'clone-1',
      name: 'shop-config',
      path: '/home/mira/src/shop-config',
      trusted: true,
      kinds: [],
      remote: 'origin',
      remoteUrl: 'git@git.example:shop/config.git',
      branch: 'main',
      lastFetch: { at: ago(1) },
    },
  ],
  apps: [app],
  contexts: [context, prodContext],
  settings: {
    theme: 'system',
    kubeconfigs: [],
    contexts: {},
    fetchIntervalSeconds: 60,
    landing: 'push',
  },
  notices: [],
}
