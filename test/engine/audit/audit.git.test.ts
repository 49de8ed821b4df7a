import { afterEach, beforeEach, expect, test } from 'vitest'
import type { App, Audit, AuditRequest } from '#contract'
import { createTestRepo } from '../../helpers/repo.ts'
import type { TestRepo } from '../../helpers/repo.ts'
import { openTestSession } from '../../helpers/session.ts'
import type { TestSession } from '../../helpers/session.ts'

let repo: TestRepo
let session: TestSession
let web: App

const files = (value: string) => ({
  'web/c.yaml': `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: c }\ndata: { a: "${value}" }\n`,
})

beforeEach(async () => {
  repo = createTestRepo()
  repo.commit('one', files('1'))
  repo.commit('two', files('2'))
  repo.git('tag', 'v2')
  repo.commit('elsewhere', { README: 'x\n' })
  repo.commit('three\n\nBody.\n\nWheelhouse-App: web\nWheelhouse-Action: scale\n', files('3'))
  repo.push()
  session = await openTestSession({})
  const { id: cloneId } = await session.client.call('clones.add', { path: repo.clone })
  const [found] = await session.client.call('apps.discover', { cloneId })
  if (found === undefined) throw new Error('Nothing was discovered.')
  web = await session.client.call('apps.add', found.spec)
})
afterEach(async () => {
  await session.close()
  repo.remove()
})

const audit = (range: Omit<AuditRequest, 'appId'> = {}) =>
  session.client.call('audit.read', { appId: web.id, ...range })
const told = ({ entries }: Audit) =>
  entries.map((entry) =>
    entry.kind === 'sync'
      ? 'sync'
      : `${entry.commit.subject} (${entry.action ?? 'commit'}): ${entry.changes.flatMap(({ words }) => words).join()}`,
  )

test('commits of the app are told with what they changed and what Wheelhouse did, newest first', async () => {
  const all = await audit()
  expect(told(all)).toEqual(['three (scale): data a', 'two (commit): data a', 'one (commit): +ConfigMap'])
  expect([all.app, all.more, all.problems]).toEqual(['web', false, []])
})

test.each([
  [{ from: 'v2' }, ['three (scale): data a']],
  [{ to: 'v2' }, ['two (commit): data a', 'one (commit): +ConfigMap']],
  [{ from: 'v2~1', to: 'v2' }, ['two (commit): data a']],
  [{ from: 'main' }, []],
  [{ limit: 1 }, ['three (scale): data a']],
  [{ until: '2001-01-01' }, []],
])('of the range %j', async (range, expected) => {
  const read = await audit(range)
  expect(told(read)).toEqual(expected)
  expect(read.more).toBe('limit' in range)
})

test('a cluster that cannot be asked is said, and what Git knows is told all the same', async () => {
  await session.client.call('apps.update', {
    appId: web.id,
    spec: { ...web.spec, destination: { context: 'nowhere', namespace: 'x' } },
  })
  const read = await audit()
  expect(read.problems.map(({ code }) => code)).toEqual(['KUBECONFIG_MISSING'])
  expect(read.entries).toHaveLength(3)
})

test('a report is given as CSV, Markdown and JSON', async () => {
  const exported = async (format: 'csv' | 'markdown' | 'json') =>
    (await session.client.call('audit.export', { request: { appId: web.id, from: 'v2' }, format })).text
  expect((await exported('csv')).split('\r\n')[1]).toMatch(/,scale,[0-9a-f]{40},three,ConfigMap\/c: data a$/)
  expect(await exported('markdown')).toContain('| scale |')
  expect(JSON.parse(await exported('json'))).toEqual(await audit({ from: 'v2' }))
})
