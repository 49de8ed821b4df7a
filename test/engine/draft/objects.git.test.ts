import { afterEach, beforeEach, expect, test } from 'vitest'
import { CallError } from '#contract'
import type { App, Draft, DraftAction, Resolution } from '#contract'
import { createTestRepo } from '../../helpers/repo.ts'
import type { TestRepo } from '../../helpers/repo.ts'
import { openTestSession } from '../../helpers/session.ts'
import type { TestSession } from '../../helpers/session.ts'

// Objects of a file that several share are taken back alone: their documents byte by byte, and nothing else.

let repo: TestRepo
let session: TestSession
let app: App
let oids: string[]

const config = (name: string, value: number | string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\ndata:\n  value: "${value}" # of ${name}\n`
const service = (port: number) =>
  `apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n  ports:\n    - port: ${port}\n`
const file = (...documents: readonly string[]) => documents.join('---\n')
const path = 'web/all.yaml'

beforeEach(async () => {
  repo = createTestRepo()
  session = await openTestSession({})
  oids = [
    repo.commit('first', { [path]: file(config('a', 1), config('b', 1), service(80)) }),
    repo.commit('second', {
      [path]: file(config('a', 2), config('b', 2), service(80), config('new', 2)),
      'web/NOTES': '2\n',
    }),
    repo.commit('third', {
      [path]: file(`# a note\n${config('a', 2)}`, config('b', 2), service(81), config('new', 2)),
    }),
  ]
  repo.push()
  const { id: cloneId } = await session.client.call('clones.add', { path: repo.clone })
  const [found] = await session.client.call('apps.discover', { cloneId })
  if (found === undefined) throw new Error('No app was discovered.')
  app = await session.client.call('apps.add', found.spec)
})
afterEach(async () => {
  await session.close()
  repo.remove()
})

const draft = (action: DraftAction, resolutions: readonly Resolution[] = []) =>
  session.client.call('draft.create', { appId: app.id, action, shared: 'ask', resolutions: [...resolutions] })
const undo = (at: number, ...names: readonly string[]): DraftAction => ({
  kind: 'undo',
  commits: [oids[at] ?? ''],
  objects: names.map((name) => ({ kind: name.split('/')[0] ?? '', name: name.split('/')[1] ?? '' })),
})
async function land(made: Draft): Promise<string> {
  const { operationId } = await session.client.call('draft.land', {
    draftId: made.id,
    fingerprint: made.fingerprint,
    message: { subject: made.message.subject, body: made.message.body },
    acceptNotRendering: false,
  })
  expect(await session.ended(operationId)).toMatchObject({ state: 'done' })
  return `${repo.git('show', `main:${path}`)}\n`
}
const codeIn = (code: string) => (error: unknown) => error instanceof CallError && error.failure.code === code

test('one object of a commit is taken back: its document, and no other byte', async () => {
  const made = await draft(undo(1, 'ConfigMap/a'))
  expect(made.files.map((one) => one.path)).toEqual([path])
  expect(made.manifests.map(({ key }) => key.name)).toEqual(['a'])
  expect(made.message.subject).toBe('Undo "second" for web: ConfigMap/a')
  expect(await land(made)).toBe(
    file(`# a note\n${config('a', 1)}`, config('b', 2), service(81), config('new', 2)),
  )
  expect(repo.git('show', 'main:web/NOTES')).toBe('2')
})

test('several objects, one of them new, over a commit that changed another in between', async () => {
  const made = await draft(undo(1, 'configmap/b', 'ConfigMap/new'))
  expect(await land(made)).toBe(file(`# a note\n${config('a', 2)}`, config('b', 1), service(81)))
})

test('an object of a range', async () => {
  const [from = '', , to = ''] = oids
  const made = await draft({ kind: 'undo-range', from, to, objects: [{ kind: 'Service', name: 'web' }] })
  expect(await land(made)).toBe(
    file(`# a note\n${config('a', 2)}`, config('b', 2), service(80), config('new', 2)),
  )
})

test('a later change of the same object is a conflict of its document alone, which a side decides', async () => {
  oids.push(repo.commit('fourth', { [path]: file(config('a', 4), config('b', 4), service(81)) }))
  repo.push()
  const action = undo(1, 'ConfigMap/a')
  const open = await draft(action)
  expect(open.conflicts.map((one) => one.path)).toEqual([path])
  expect(open.conflicts[0]?.theirs).toBe(file(config('a', 1), config('b', 2), service(80), config('new', 2)))
  const token = open.conflicts[0]?.token ?? ''
  const text = file(config('a', 1), config('b', 4), service(81))
  const made = await draft(action, [{ take: 'text', path, token, text }])
  expect([made.conflicts, made.blocks]).toEqual([[], []])
  expect(await land(made)).toBe(text)
})

test('an object that no changed file declares with a difference is EDIT_NO_SOURCE', async () => {
  await expect(draft(undo(1, 'Service/web'))).rejects.toSatisfy(codeIn('EDIT_NO_SOURCE'))
  await expect(draft(undo(1, 'Deployment/none'))).rejects.toSatisfy(codeIn('EDIT_NO_SOURCE'))
})

test('an object that is as it was before already is UNDO_NOTHING', async () => {
  await land(await draft(undo(1, 'ConfigMap/a')))
  await expect(draft(undo(1, 'ConfigMap/a'))).rejects.toSatisfy(codeIn('UNDO_NOTHING'))
})

test('a file whose documents cannot be told apart is EDIT_REFUSED, and nothing was made', async () => {
  oids.push(
    repo.commit('list', {
      [path]: `apiVersion: v1\nkind: List\nitems:\n  - ${config('a', 9).trimEnd().replaceAll('\n', '\n    ')}\n`,
    }),
  )
  repo.push()
  await expect(draft(undo(3, 'ConfigMap/a'))).rejects.toSatisfy(codeIn('EDIT_REFUSED'))
  expect(repo.git('rev-parse', 'main')).toBe(oids[3])
})
