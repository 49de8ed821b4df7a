import { expect, test } from 'vitest'
import type { Change, Plan } from '#contract'
import { syncStateOf } from '../../../src/engine/sync/sync-state.ts'

const unchanged: Change = {
  key: { group: 'apps', kind: 'Deployment', namespace: 'shop', name: 'web' },
  uid: 'u',
  action: 'unchanged',
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
  diffHash: 'a',
}
const replicas = (overrule: boolean, manager = 'kubectl') => ({
  path: '.spec.replicas',
  manager,
  operation: 'Update' as const,
  before: 1,
  after: 3,
  overrule,
})
const scaled: Change = { ...unchanged, action: 'update', contested: [replicas(true)], diffHash: 'b' }
const edited = { path: '.spec.minReadySeconds', manager: 'kubectl-edit', value: 1 }

function state(change: Change, more: Partial<Plan> = {}) {
  const counts = { [change.action]: 1, undeclared: change.undeclared.length }
  return syncStateOf(
    {
      id: '',
      appId: 'a',
      revision: 'r',
      renderedHash: '',
      fingerprint: '',
      createdAt: '',
      changes: [change],
      counts,
      blocks: [],
      warnings: [],
      brings: [],
      synced: false,
      clusterUid: 'c',
      ...more,
    },
    undefined,
  )
}

test.each([
  ['nothing', unchanged, 'synced', 'Equal to Git.'],
  [
    'an edit beside the manifest',
    { ...unchanged, undeclared: [edited] },
    'synced',
    'Equal to Git with 1 undeclared field, changed by kubectl-edit.',
  ],
  ['a count set by hand', scaled, 'out-of-sync', '1 to update, changed by kubectl.'],
  [
    'both',
    { ...scaled, undeclared: [edited] },
    'out-of-sync',
    '1 to update, 1 undeclared field, changed by kubectl and kubectl-edit.',
  ],
  ['what a commit brings', { ...scaled, contested: [] }, 'out-of-sync', '1 to update.'],
  [
    "a controller's field",
    { ...scaled, action: 'blocked' as const, contested: [replicas(false, 'rollouts')] },
    'out-of-sync',
    '1 blocked.',
  ],
])('the row says who changed the app by hand: %s', (_, change, status, message) => {
  expect(state(change)).toMatchObject({ status, message })
})

test('an app that another controller syncs says so before anything else', () => {
  expect(state(scaled, { companion: 'Flux (shop/web)' })).toMatchObject({
    status: 'companion',
    message: 'Flux (shop/web) syncs it.',
  })
})

test('the digest moves with every drift, also a second one, and not with the pods of a rollout', () => {
  const { digest } = state(scaled)
  const digests = [
    state({ ...scaled, diffHash: 'c' }),
    state({ ...scaled, undeclared: [edited] }),
    state({ ...scaled, undeclared: [{ ...edited, value: 2 }] }),
    state(unchanged),
  ].map((one) => one.digest)
  expect(new Set([digest, ...digests]).size).toBe(5)
  expect(state({ ...scaled, restarts: 2 }).digest).toBe(digest)
})
