import type { CallName } from '../../src/contract/index.ts'

const decisions = {
  prune: true,
  ticks: ['a/b/c/d'],
  overrule: true,
  rollback: true,
  confirmedContext: 'prod',
}
const oid = 'a'.repeat(40)
const spec = {
  name: 'web',
  cloneId: 'never-given',
  path: 'apps/web',
  branch: 'main',
  tool: 'plain',
  cruise: 'off',
} as const

/** Well-formed calls about ids that nobody was ever given, and the code that refuses each. */
export const unknownIds: readonly (readonly [CallName, unknown, string])[] = [
  ['clones.remove', { cloneId: 'never-given' }, 'NOT_FOUND'],
  ['clones.inspect', { cloneId: 'never-given' }, 'NOT_FOUND'],
  ['clones.trust', { cloneId: 'never-given', fingerprint: 'f' }, 'NOT_FOUND'],
  ['clones.fetch', { cloneId: 'never-given' }, 'NOT_FOUND'],
  ['clones.branches', { cloneId: 'never-given' }, 'NOT_FOUND'],
  ['apps.discover', { cloneId: 'never-given' }, 'NOT_FOUND'],
  ['apps.add', spec, 'NOT_FOUND'],
  ['apps.update', { appId: 'never-given', spec }, 'NOT_FOUND'],
  ['apps.remove', { appId: 'never-given' }, 'NOT_FOUND'],
  ['apps.refresh', { appId: 'never-given' }, 'NOT_FOUND'],
  ['replicas.watch', { appId: 'never-given' }, 'NOT_FOUND'],
  ['timeline.watch', { appId: 'never-given', limit: 50 }, 'NOT_FOUND'],
  ['timeline.focus', { appId: 'never-given', rows: [0] }, 'NOT_FOUND'],
  ['timeline.signatures', { appId: 'never-given', commits: [oid] }, 'NOT_FOUND'],
  ['commits.resolve', { appId: 'never-given', revision: 'main' }, 'NOT_FOUND'],
  ['commit.show', { appId: 'never-given', commit: oid }, 'NOT_FOUND'],
  [
    'blame.field',
    {
      appId: 'never-given',
      key: { group: '', kind: 'Pod', namespace: 'x', name: 'y' },
      path: '.spec',
    },
    'NOT_FOUND',
  ],
  [
    'draft.create',
    { appId: 'never-given', action: { kind: 'return', commit: oid }, shared: 'ask' },
    'NOT_FOUND',
  ],
  ['draft.plan', { draftId: 'never-given' }, 'DRAFT_GONE'],
  [
    'draft.land',
    {
      draftId: 'never-given',
      fingerprint: 'f',
      message: { subject: 's', body: '' },
      acceptNotRendering: true,
      sync: { planId: 'never-given', fingerprint: 'f', decisions },
    },
    'DRAFT_GONE',
  ],
  ['plan.create', { appId: 'never-given', revision: oid }, 'NOT_FOUND'],
  [
    'plan.diff',
    { planId: 'never-given', key: { group: '', kind: 'Pod', namespace: 'x', name: 'y' } },
    'PLAN_GONE',
  ],
  ['sync.run', { planId: 'never-given', fingerprint: 'f', decisions }, 'PLAN_GONE'],
  ['operations.cancel', { operationId: 'never-given' }, 'NOT_FOUND'],
  ['operations.resume', { operationId: 'never-given' }, 'NOT_FOUND'],
  ['operations.propose', { operationId: 'never-given' }, 'NOT_FOUND'],
  ['source.upgrades', { kind: 'commit', appId: 'never-given', commit: oid }, 'NOT_FOUND'],
  ['source.upgrades', { kind: 'draft', draftId: 'never-given' }, 'DRAFT_GONE'],
  ['source.suggest', { spec }, 'NOT_FOUND'],
  ['commits.last', { appId: 'never-given' }, 'NOT_FOUND'],
  ['commits.take-back', { appId: 'never-given', commit: oid }, 'NOT_FOUND'],
]
