import type { Change, Draft, DraftAction, Operation, Plan, Step } from '#contract'
import { ago, appId, bad, commit, good, key, oid } from './world.ts'

export const kustomization = (image: string) =>
  [
    'apiVersion: kustomize.config.k8s.io/v1beta1',
    'kind: Kustomization',
    'namespace: shop',
    'resources:',
    '  - ../../base',
    'images:',
    '  - name: registry.example/shop/web',
    `    newTag: "${image}"`,
    '',
  ].join('\n')

export const deployment = (image: string) =>
  [
    'apiVersion: apps/v1',
    'kind: Deployment',
    'metadata:',
    '  name: web',
    '  namespace: shop',
    '  labels:',
    '    app: web',
    'spec:',
    '  replicas: 3',
    '  selector:',
    '    matchLabels:',
    '      app: web',
    '  template:',
    '    metadata:',
    '      labels:',
    '        app: web',
    '    spec:',
    '      containers:',
    '        - name: web',
    `          image: registry.example/shop/web:${image}`,
    '          ports:',
    '            - containerPort: 8080',
    '',
  ].join('\n')

export function draftOf(action: DraftAction, more: Partial<Draft> = {}): Draft {
  const path = 'apps/shop-web/overlays/prod/kustomization.yaml'
  return {
    id: 'draft-1',
    appId,
    action,
    fingerprint: 'draft-fingerprint',
    createdAt: ago(0),
    base: bad.oid,
    tree: oid('tree'),
    preview: oid('preview'),
    files: [{ path, before: kustomization('1.6.0'), after: kustomization('1.5.0'), opaque: false }],
    manifests: [{ key: key('Deployment', 'web'), before: deployment('1.6.0'), after: deployment('1.5.0') }],
    edits: [],
    message: {
      subject: 'shop-web: return to 1.5.0 to prod',
      body: 'web: image 1.6.0 -> 1.5.0',
      trailers: [`Wheelhouse-Return: ${good.oid}`, 'Wheelhouse-App: shop-web'],
    },
    landing: {
      mode: 'push',
      remote: 'origin',
      branch: 'main',
      base: bad.oid,
      local: { fastForward: true, words: 'Your branch main is moved along.' },
    },
    shared: [],
    conflicts: [],
    problems: [],
    needs: [],
    blocks: [],
    warnings: [],
    ...more,
  }
}

export const shared: Draft['shared'] = [
  {
    path: 'apps/shop-web/base/deployment.yaml',
    apps: [{ name: 'shop-web-staging', words: ['web: memory 256Mi -> 128Mi'] }],
  },
]

const change = (more: Partial<Change>): Change => ({
  key: key('Deployment', 'web'),
  uid: 'uid',
  action: 'update',
  wave: 0,
  fields: [],
  contested: [],
  undeclared: [],
  ignored: [],
  takeOver: false,
  verified: 'server',
  restarts: 0,
  needsTick: false,
  reasons: [],
  diffHash: 'd',
  ...more,
})

export function planOf(more: Partial<Plan> = {}): Plan {
  return {
    id: 'plan-1',
    appId,
    revision: bad.oid,
    renderedHash: 'hash',
    fingerprint: 'plan-fingerprint',
    createdAt: ago(0),
    changes: [
      change({ key: key('ConfigMap', 'web-banner', ''), action: 'create', uid: undefined }),
      change({
        fields: [
          {
            path: '.spec.template.spec.containers[name="web"].image',
            before: 'registry.example/shop/web:1.6.0',
            after: 'registry.example/shop/web:1.5.0',
          },
        ],
        contested: [
          {
            path: '.spec.replicas',
            manager: 'kubectl',
            operation: 'Update',
            subresource: 'scale',
            at: ago(31),
            before: 5,
            after: 3,
            overrule: true,
          },
        ],
        undeclared: [
          {
            path: '.metadata.annotations.note',
            manager: 'kubectl-edit',
            at: ago(200),
            value: 'do not touch',
          },
        ],
        ignored: [
          {
            path: '.metadata.annotations["deployment.kubernetes.io/revision"]',
            reason: 'set by a controller',
          },
        ],
        restarts: 3,
      }),
      change({ key: key('Service', 'web-old', ''), action: 'prune' }),
      change({ key: key('PersistentVolumeClaim', 'web-cache', ''), action: 'prune', needsTick: true }),
    ],
    counts: {
      create: 1,
      update: 1,
      prune: 2,
      unchanged: 6,
      contested: 1,
      undeclared: 1,
      ignored: 1,
      restarts: 3,
    },
    blocks: [],
    warnings: ['This sync brings 2 commits along.'],
    brings: [commit('web: banner text for the weekend', 50, 'tomas'), commit('base: sort the labels', 90)],
    synced: false,
    clusterUid: 'cluster',
    ...more,
  }
}

const names = ['draft', 'commit', 'push', 'fast-forward', 'render', 'apply', 'health', 'record'] as const

/** An operation that has come to its step number `at`; past the last it is done. */
export function operationAt(at: number, more: Partial<Operation> = {}): Operation {
  const steps = names.map((name, index): Step => {
    if (index > at) return { name, state: 'waiting' }
    const startedAt = new Date(Date.parse(ago(2)) + index * 1300).toISOString()
    if (index === at) return { name, state: 'running', startedAt, words: 'Deployment/web: 1 of 3 pods ready' }
    return {
      name,
      state: 'done',
      startedAt,
      finishedAt: new Date(Date.parse(startedAt) + 1240).toISOString(),
    }
  })
  const finished = at >= names.length
  return {
    id: 'op-1',
    kind: 'return',
    appId,
    appName: 'shop-web',
    title: 'Return shop-web to 1.5.0',
    who: 'Mira Lindqvist',
    startedAt: ago(2),
    ...(finished ? { finishedAt: ago(1) } : {}),
    state: finished ? 'done' : 'running',
    steps,
    outcomes:
      at > 5
        ? [
            { key: key('Deployment', 'web'), outcome: 'updated', durationMs: 84 },
            { key: key('ConfigMap', 'web-banner', ''), outcome: 'unchanged', durationMs: 3 },
          ]
        : [],
    health:
      at === 6
        ? [
            {
              key: key('Deployment', 'web'),
              health: { status: 'Progressing', cause: { message: '1 of 3 pods ready' } },
            },
          ]
        : [],
    commands: [
      { command: 'git push --force-with-lease origin 3f2a:main', at: ago(2), durationMs: 640, exitCode: 0 },
    ],
    commit: oid('made'),
    cancellable: at < 3,
    resumable: false,
    ...more,
  }
}
