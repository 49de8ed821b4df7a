import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Decisions } from '../../../src/contract/index.ts'
import {
  buildPlan,
  checkApproval,
  compareObject,
  foreignOwner,
  keepMarker,
  keyOf,
  payloadOf,
  printPlan,
  readYaml,
  waveOf,
} from '../../../src/core/index.ts'
import type { JsonObject, ObjectState, PlanInput, Reason } from '../../../src/core/index.ts'

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const setId = 'applyset-ours-v1'
const ours = 'labels: { applyset.kubernetes.io/part-of: applyset-ours-v1 }'
const read = (text: string) => readYaml(text) as JsonObject
const configMap = (name: string, data: string, meta = '') =>
  read(
    `{ apiVersion: v1, kind: ConfigMap, metadata: { name: ${name}, namespace: shop${meta === '' ? '' : `, ${meta}`} }, data: ${data} }`,
  )

type Given = {
  readonly desired: JsonObject
  readonly live?: JsonObject
  readonly causes?: PlanInputCauses
  readonly refusal?: Reason
  readonly predicted?: JsonObject
}
type PlanInputCauses = Parameters<typeof compareObject>[0]['causes']

function state({ desired, live, causes = [], refusal, predicted }: Given): ObjectState {
  const { payload, ignored } = payloadOf(desired, live, undefined)
  const comparison =
    live === undefined || refusal !== undefined
      ? undefined
      : compareObject({ payload, live, predicted: predicted ?? payload, causes, ignored })
  return {
    key: keyOf(desired),
    wave: waveOf(desired),
    payload,
    live: live === undefined ? { state: 'absent' } : { state: 'present', object: live },
    comparison,
    refusal,
    verified: 'server',
    notes: [],
  }
}

function plan(more: Partial<PlanInput> & { readonly given?: readonly Given[] } = {}) {
  const { given = [], ...rest } = more
  return buildPlan({
    id: 'p',
    appId: 'a',
    createdAt: '2026-01-01T00:00:00Z',
    revision: 'a'.repeat(40),
    renderedHash: 'h',
    clusterUid: 'c',
    setId,
    home: 'shop',
    states: given.map(state),
    members: [],
    unreadable: [],
    pruneRefusals: new Map(),
    problems: [],
    lastSynced: undefined,
    ancestry: 'first',
    brings: [],
    blocks: [],
    sha256,
    ...rest,
  })
}

const managed = (manager: string, fields: string, rest = 'operation: Update') =>
  `managedFields: [{ manager: ${manager}, ${rest}, time: "2026-05-01T10:00:00Z", fieldsType: FieldsV1, fieldsV1: ${fields} }]`

const tables: readonly (readonly [string, ReturnType<typeof plan>, string])[] = [
  ['nothing', plan(), 'revision aaaaaaa: synced, nothing'],
  [
    'creations by wave',
    plan({
      given: [
        { desired: configMap('a', '{}') },
        { desired: configMap('b', '{}', 'annotations: { argocd.argoproj.io/sync-wave: "2" }') },
      ],
    }),
    `revision aaaaaaa: create 2
wave 0
  + ConfigMap/a in shop (create)
wave 2
  + ConfigMap/b in shop (create)`,
  ],
  [
    'an update, a contest that may be overruled, and what somebody added',
    plan({
      given: [
        {
          desired: configMap('a', '{ x: one }'),
          live: configMap(
            'a',
            '{ x: two, z: extra }',
            managed('kubectl-edit', '{ "f:data": { "f:x": {}, "f:z": {} } }'),
          ),
          predicted: configMap('a', '{ x: one, z: extra }'),
          causes: [
            { field: '.data.x', manager: 'kubectl-edit', operation: 'Update', at: '2026-05-01T10:00:00Z' },
          ],
        },
      ],
    }),
    `revision aaaaaaa: update 1
wave 0
  ~ ConfigMap/a in shop (update)
      .data.x: "two" -> "one"
      contested .data.x by kubectl-edit, at or before 2026-05-01T10:00:00Z (may be overruled)
      undeclared .data.z = "extra" by kubectl-edit, at or before 2026-05-01T10:00:00Z`,
  ],
  [
    'undeclared fields alone leave it synced',
    plan({
      given: [
        {
          desired: configMap('a', '{ x: one }'),
          live: configMap('a', '{ x: one, z: extra }', managed('k9s', '{ "f:data": { "f:z": {} } }')),
          predicted: configMap('a', '{ x: one, z: extra }'),
        },
      ],
    }),
    `revision aaaaaaa: synced, unchanged 1
wave 0
  = ConfigMap/a in shop (unchanged)
      undeclared .data.z = "extra" by k9s, at or before 2026-05-01T10:00:00Z`,
  ],
  [
    'an Apply of kubectl is somebody’s declared state and blocks',
    plan({
      given: [
        {
          desired: configMap('a', '{ x: one }'),
          live: configMap('a', '{ x: two }'),
          causes: [{ field: '.data.x', manager: 'kubectl', operation: 'Apply' }],
        },
      ],
    }),
    `revision aaaaaaa: blocked 1
refused CONTESTED: ConfigMap/a: .data.x belongs to kubectl; a controller's field is never overruled.
wave 0
  x ConfigMap/a in shop (blocked)
      .data.x: "two" -> "one"
      contested .data.x by kubectl
      CONTESTED: ConfigMap/a: .data.x belongs to kubectl; a controller's field is never overruled.`,
  ],
  [
    'prunes in reverse order, keeping what says so and what holds the records',
    plan({
      members: [
        configMap('gone', '{}', ours),
        configMap('kept', '{}', `${ours}, annotations: { helm.sh/resource-policy: keep }`),
        read(`{ apiVersion: v1, kind: Namespace, metadata: { name: shop, ${ours} } }`),
        read(
          `{ apiVersion: v1, kind: PersistentVolumeClaim, metadata: { name: data, namespace: shop, ${ours} } }`,
        ),
      ].map((object, index) => ({
        ...object,
        metadata: { ...(object.metadata as JsonObject), uid: `u${index}` },
      })),
    }),
    `revision aaaaaaa: prune 2, unchanged 2
  - PersistentVolumeClaim/data in shop (prune, needs a tick)
wave 0
  = ConfigMap/kept in shop (unchanged)
      KEPT: ConfigMap/kept is no longer in Git and stays: helm.sh/resource-policy: keep.
  - ConfigMap/gone in shop (prune)
  = Namespace/shop (unchanged)
      KEPT: Namespace/shop is no longer in Git and stays: it holds the app's records.`,
  ],
  [
    'nothing is pruned while something is unknown',
    plan({
      members: [configMap('gone', '{}', ours)],
      unreadable: [
        { code: 'LIVE_UNKNOWN', message: 'Secret objects in shop could not be listed: forbidden' },
      ],
    }),
    `revision aaaaaaa: blocked 1
wave 0
  x ConfigMap/gone in shop (blocked)
      LIVE_UNKNOWN: ConfigMap/gone is not pruned: Secret objects in shop could not be listed: forbidden
note: Secret objects in shop could not be listed: forbidden
note: 1 object(s) are left alone.`,
  ],
  [
    'a stale clone',
    plan({ ancestry: 'not-newer', lastSynced: 'b'.repeat(40) }),
    `revision aaaaaaa: synced, nothing
refused ANCESTRY: bbbbbbb is synced and aaaaaaa does not contain it: syncing would turn the cluster back.`,
  ],
]

describe('plans as text', () => {
  it.each(tables)('%s', (_name, made, text) => {
    expect(printPlan(made).trimEnd()).toBe(text)
  })
})

describe('owners', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['annotations: { argocd.argoproj.io/tracking-id: "shop:apps/Deployment:x/y" }', 'Argo CD shop follows'],
    [
      'labels: { kustomize.toolkit.fluxcd.io/name: k, kustomize.toolkit.fluxcd.io/namespace: flux }',
      'Flux flux/k follows',
    ],
    ['labels: { helm.toolkit.fluxcd.io/name: h }', 'Flux /h follows'],
    ['annotations: { objectset.rio.cattle.io/id: fleet-x }', 'Fleet fleet-x follows'],
    [
      'labels: { app.kubernetes.io/managed-by: Helm }, annotations: { meta.helm.sh/release-name: r }',
      'Helm r',
    ],
    ['labels: { app.kubernetes.io/managed-by: Helm }', 'nobody'],
    ['labels: { kapp.k14s.io/app: "1" }', 'kapp 1'],
    ['labels: { kluctl.io/discriminator: d }', 'kluctl d'],
    ['annotations: { config.k8s.io/owning-inventory: i }', 'cli-utils i'],
    ['labels: { applyset.kubernetes.io/part-of: applyset-other-v1 }', 'another ApplySet applyset-other-v1'],
    [ours, 'nobody'],
    ['ownerReferences: [{ kind: ReplicaSet, name: rs, controller: true }]', 'ReplicaSet rs'],
    ['ownerReferences: [{ kind: Thing, name: t }]', 'nobody'],
  ]
  it.each(cases)('%s', (meta, expected) => {
    const owner = foreignOwner(configMap('a', '{}', meta), setId)
    const words =
      owner === undefined ? 'nobody' : `${owner.tool} ${owner.name}${owner.follows ? ' follows' : ''}`
    expect(words).toBe(expected)
  })
})

describe('keep markers of everybody', () => {
  it.each([
    ['labels: { kustomize.toolkit.fluxcd.io/prune: Disabled }', true],
    ['annotations: { argocd.argoproj.io/sync-options: "Validate=false, Prune=false" }', true],
    ['annotations: { argocd.argoproj.io/sync-options: Delete=false }', true],
    ['annotations: { argocd.argoproj.io/sync-options: Prune=true }', false],
    ['annotations: { helm.sh/resource-policy: keep }', true],
    ['annotations: { client.lifecycle.config.k8s.io/deletion: detach }', true],
    ['annotations: { cli-utils.sigs.k8s.io/on-remove: keep }', true],
    ['annotations: { kapp.k14s.io/delete-strategy: orphan }', true],
    ['annotations: { kluctl.io/skip-delete: "true" }', true],
    ['annotations: { other: keep }', false],
  ] as const)('%s', (meta, kept) => {
    expect(keepMarker(configMap('a', '{}', meta)) !== undefined).toBe(kept)
  })
})

describe('approval', () => {
  const none: Decisions = { prune: false, ticks: [], overrule: false, rollback: false }
  const stale = plan({ ancestry: 'not-newer', lastSynced: 'b'.repeat(40) })

  it('lets a rollback lift the ancestry guard and nothing else', () => {
    expect(checkApproval(stale, none).map(({ code }) => code)).toEqual(['ANCESTRY'])
    expect(checkApproval(stale, { ...none, rollback: true })).toEqual([])
  })

  it('asks for the name of a protected context', () => {
    const context = { name: 'prod', protected: true }
    expect(checkApproval(plan(), none, context).map(({ code }) => code)).toEqual(['CONTEXT_NOT_CONFIRMED'])
    expect(checkApproval(plan(), { ...none, confirmedContext: 'prod' }, context)).toEqual([])
  })

  it('is pinned to what is done: another value, uid, cluster or revision is another fingerprint', () => {
    const given = (value: string) => [{ desired: configMap('a', `{ x: ${value} }`) }]
    const prints = [
      plan({ given: given('one') }),
      plan({ given: given('two') }),
      plan({ given: given('one'), clusterUid: 'other' }),
      plan({ given: given('one'), revision: 'c'.repeat(40) }),
      plan({
        given: [{ desired: configMap('a', '{ x: one }'), live: configMap('a', '{ x: old }', 'uid: u1') }],
      }),
      plan({
        given: [{ desired: configMap('a', '{ x: one }'), live: configMap('a', '{ x: old }', 'uid: u2') }],
      }),
    ].map(({ fingerprint }) => fingerprint)
    expect(new Set(prints).size).toBe(prints.length)
    const moved = (version: string) =>
      plan({
        given: [
          {
            desired: configMap('a', '{ x: one }'),
            live: configMap('a', '{ x: old }', `resourceVersion: "${version}"`),
          },
        ],
      })
    expect(moved('1').fingerprint).toBe(moved('2').fingerprint)
  })
})
