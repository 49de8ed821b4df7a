import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Decisions, DraftAction, DraftRequest } from '#contract'
import { sharedControlPlane } from '../../control-plane/shared.ts'
import { createTestRepo } from '../../helpers/repo.ts'
import type { TestRepo } from '../../helpers/repo.ts'
import { openTestSession } from '../../helpers/session.ts'
import type { TestSession } from '../../helpers/session.ts'

const plane = sharedControlPlane()
const decisions: Decisions = { prune: true, ticks: [], overrule: true, rollback: true }
let repo: TestRepo
let session: TestSession
let space: Awaited<ReturnType<typeof plane.namespace>>
let appId = ''

const deployment = (image: string, replicas: number) => `# The front end.
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: ${replicas} # as many as shards
  selector:
    matchLabels: { app: web }
  template:
    metadata:
      labels: { app: web }
    spec:
      containers:
        - name: web
          image: example/web:${image}
`

beforeAll(async () => {
  repo = createTestRepo()
  space = await plane.namespace('journey')
  session = await openTestSession({ kubeconfig: plane.kubeconfig })
})
afterAll(async () => {
  await session.close()
  await space.remove()
  repo.remove()
})

async function currentContext(): Promise<string> {
  for await (const { contexts } of session.client.stream('workspace.watch', {})) {
    const [found] = contexts
    if (found !== undefined) return found.name
  }
  throw new Error('There is no context.')
}

async function land(action: DraftAction, sync = true) {
  const draft = await session.client.call('draft.create', request(action))
  const plan = sync ? await session.client.call('draft.plan', { draftId: draft.id }) : undefined
  const { operationId } = await session.client.call('draft.land', {
    draftId: draft.id,
    fingerprint: draft.fingerprint,
    message: { subject: draft.message.subject, body: draft.message.body },
    acceptNotRendering: false,
    ...(plan === undefined ? {} : { sync: { planId: plan.id, fingerprint: plan.fingerprint, decisions } }),
  })
  return { draft, plan, operation: await session.ended(operationId) }
}

const request = (action: DraftAction): DraftRequest => ({ appId, action, shared: 'exclude' })

const live = async (field: string) =>
  (await plane.kubectl(['-n', space.name, 'get', 'deploy', 'web', '-o', `jsonpath={${field}}`])).stdout

test(
  'a plain clone is synced, a bad release is returned from, and the cluster follows',
  { timeout: 60_000 },
  async () => {
    const good = repo.commit('web: 1.0', {
      'apps/web/web.yaml': deployment('1.0', 3),
      'apps/web/config.yaml':
        'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: settings }\ndata: { a: "1" }\n',
    })
    repo.push()
    const clone = await session.client.call('clones.add', { path: repo.clone })
    const discovered = await session.client.call('apps.discover', { cloneId: clone.id })
    expect(discovered.map(({ spec }) => [spec.name, spec.tool, spec.path])).toEqual([
      ['web', 'plain', 'apps/web'],
    ])
    const spec = discovered[0]?.spec
    if (spec === undefined) throw new Error('Nothing was discovered.')
    const app = await session.client.call('apps.add', {
      ...spec,
      destination: { context: await currentContext(), namespace: space.name },
    })
    appId = app.id

    const plan = await session.client.call('plan.create', { appId })
    expect(plan.changes.map(({ action, key }) => `${action} ${key.kind}/${key.name}`)).toEqual([
      'create ConfigMap/settings',
      'create Deployment/web',
    ])
    const { operationId } = await session.client.call('sync.run', {
      planId: plan.id,
      fingerprint: plan.fingerprint,
      decisions,
    })
    expect(await session.ended(operationId)).toMatchObject({ state: 'done' })
    await session.rowWhere(
      appId,
      (row) => row.health.status === 'Healthy' && row.sync.status === 'synced' && row.ready === 3,
    )

    const bad = repo.commit('web: 1.1', { 'apps/web/web.yaml': deployment('1.1-crash', 3) })
    repo.push()
    await session.client.call('apps.refresh', { appId })
    const badPlan = await session.client.call('plan.create', { appId })
    const syncBad = await session.client.call('sync.run', {
      planId: badPlan.id,
      fingerprint: badPlan.fingerprint,
      decisions,
    })
    expect(await session.ended(syncBad.operationId)).toMatchObject({
      state: 'failed',
      failure: { code: 'HEALTH_DEGRADED' },
    })
    const row = await session.rowWhere(appId, (one) => one.health.status === 'Degraded')
    expect(row.blame?.oid).toBe(bad)

    const { operation, draft } = await land({ kind: 'return', commit: good })
    expect(draft.manifests.map(({ key }) => key.name)).toEqual(['web'])
    expect(operation).toMatchObject({ state: 'done' })
    expect(operation.steps.map(({ name, state }) => `${name} ${state}`)).toEqual([
      'commit done',
      'push done',
      'fast-forward done',
      'render done',
      'apply done',
      'prune skipped',
      'health done',
      'record done',
    ])
    expect(await live('.spec.template.spec.containers[0].image')).toBe('example/web:1.0')
    expect(repo.git('ls-remote', 'origin', 'refs/heads/main').slice(0, 40)).toBe(operation.commit)
    expect(repo.git('diff', good, operation.commit ?? '')).toBe('')
    await session.rowWhere(appId, (one) => one.health.status === 'Healthy' && one.sync.status === 'synced')
  },
)

test('a count is changed by commit in its one line, and undone again', { timeout: 60_000 }, async () => {
  const key = { group: 'apps', kind: 'Deployment', namespace: space.name, name: 'web' }
  const { operation, draft } = await land({ kind: 'scale', edits: [{ key, replicas: 5 }] })
  expect(draft.edits).toMatchObject([{ source: { file: 'apps/web/web.yaml', line: 7 }, words: 'web 3 -> 5' }])
  expect(repo.git('diff', '--stat', 'HEAD~1')).toContain('1 insertion(+), 1 deletion(-)')
  expect(operation).toMatchObject({ state: 'done' })
  await session.rowWhere(appId, (row) => row.ready === 5 && row.sync.status === 'synced')
  const undone = await land({ kind: 'undo', commits: [operation.commit ?? ''] })
  expect(undone.operation).toMatchObject({ state: 'done' })
  expect(repo.git('log', '-1', '--format=%B')).toContain(`This reverts commit ${operation.commit}.`)
  expect(await live('.spec.replicas')).toBe('3')
})

test(
  'drift by kubectl scale shows at once with its manager, and a sync repairs it',
  { timeout: 60_000 },
  async () => {
    await session.rowWhere(appId, (row) => row.sync.status === 'synced')
    await plane.kubectl(['-n', space.name, 'scale', 'deploy/web', '--replicas=1'])
    await session.rowWhere(appId, (row) => row.sync.status === 'out-of-sync')
    const plan = await session.client.call('plan.create', { appId })
    expect(plan.changes[0]?.contested).toMatchObject([
      { path: '.spec.replicas', manager: 'kubectl', subresource: 'scale', overrule: true },
    ])
    const { operationId } = await session.client.call('sync.run', {
      planId: plan.id,
      fingerprint: plan.fingerprint,
      decisions,
    })
    expect(await session.ended(operationId)).toMatchObject({ state: 'done' })
    expect(await live('.spec.replicas')).toBe('3')
  },
)
