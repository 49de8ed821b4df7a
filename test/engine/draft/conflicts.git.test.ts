import { afterEach, beforeEach, expect, test } from 'vitest'
import { CallError } from '#contract'
import type { App, Draft, Resolution } from '#contract'
import { createTestRepo } from '../../helpers/repo.ts'
import type { TestRepo } from '../../helpers/repo.ts'
import { openTestSession } from '../../helpers/session.ts'
import type { TestSession } from '../../helpers/session.ts'

let repo: TestRepo
let session: TestSession
let web: App

const config = (value: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: c }\ndata:\n  a: "${value}"\n`
const secret = (value: string) =>
  `apiVersion: v1\nkind: Secret\nmetadata: { name: s }\nstringData:\n  pin: ${value}\n`

beforeEach(async () => {
  repo = createTestRepo()
  session = await openTestSession({})
})
afterEach(async () => {
  await session.close()
  repo.remove()
})

/** Three states of files; the middle one is undone, and the third changed the same places. */
async function undone(path: string, states: readonly [string, string, string]) {
  repo.commit('first', { 'web/c.yaml': config('x').replace('name: c', 'name: d'), [path]: states[0] })
  const bad = repo.commit('bad', { [path]: states[1] })
  repo.commit('later', { [path]: states[2] })
  repo.push()
  const { id: cloneId } = await session.client.call('clones.add', { path: repo.clone })
  const [found] = await session.client.call('apps.discover', { cloneId })
  if (found === undefined) throw new Error('Nothing was discovered.')
  web = await session.client.call('apps.add', found.spec)
  return (resolutions: readonly Resolution[] = []) =>
    session.client.call('draft.create', {
      appId: web.id,
      action: { kind: 'undo', commits: [bad] },
      shared: 'include',
      resolutions,
    })
}

function conflictOf({ conflicts: [first] }: Draft) {
  if (first === undefined) throw new Error('There is no conflict.')
  return first
}
const land = ({ id, fingerprint }: Draft) =>
  session.client.call('draft.land', {
    draftId: id,
    fingerprint,
    message: { subject: 'resolved', body: '' },
    acceptNotRendering: true,
  })
const codeIn = (code: string) => (error: unknown) => error instanceof CallError && error.failure.code === code

test('a conflict is shown with its three sides; written by hand it lands byte for byte', async () => {
  const undo = await undone('web/d.yaml', [config('one'), config('two'), config('three')])
  const draft = await undo()
  expect(draft.blocks.map(({ code }) => code)).toEqual(['UNDO_CONFLICT'])
  const conflict = conflictOf(draft)
  expect([conflict.ours, conflict.base, conflict.theirs]).toEqual([
    config('three'),
    config('two'),
    config('one'),
  ])
  expect(conflict.merged).toMatch(/^<{7} [^]*three[^]*={7}[^]*one[^]*>{7} /m)
  await expect(land(draft)).rejects.toSatisfy(codeIn('DRAFT_BLOCKED'))
  const text = config('mine').replaceAll('\n', '\r\n')
  const resolved = await undo([{ take: 'text', path: conflict.path, token: conflict.token, text }])
  expect([resolved.conflicts, resolved.blocks]).toEqual([[], []])
  expect(resolved.manifests.map(({ after }) => after?.includes('mine'))).toEqual([true])
  const { operationId } = await land(resolved)
  expect(await session.ended(operationId)).toMatchObject({ state: 'done' })
  expect(repo.at(repo.remote, 'show', 'main:web/d.yaml')).toBe(text.trimEnd())
  expect(repo.git('status', '--porcelain')).toBe('')
})

test('a text that does not render blocks the draft, with its file and line', async () => {
  const undo = await undone('web/d.yaml', [config('one'), config('two'), config('three')])
  const { path, token } = conflictOf(await undo())
  const broken = await undo([{ take: 'text', path, token, text: 'kind: [\n' }])
  expect(broken.blocks.map(({ code }) => code)).toEqual(['RESOLUTION_BROKEN'])
  expect(broken.problems[0]).toMatchObject({ file: 'web/d.yaml', line: 2 })
  await expect(land(broken)).rejects.toSatisfy(codeIn('DRAFT_BLOCKED'))
})

test.each([
  ['a Secret', 'web/s.yaml', [secret('hush-1'), secret('hush-2'), secret('hush-3')]],
  [
    'an LFS pointer',
    'web/big.yaml',
    ['1', '2', '3'].map((n) => `version https://git-lfs.github.com/spec/v1\noid sha256:${n}\nsize 1\n`),
  ],
  [
    'a file of SOPS',
    'web/sops.yaml',
    ['1', '2', '3'].map((n) => `a: ENC[AES256_GCM,data:${n},iv:x,tag:y,type:str]\nsops:\n  mac: ${n}\n`),
  ],
] as const)('%s takes a whole side and is never written by hand', async (_name, path, states) => {
  const undo = await undone(path, states as unknown as readonly [string, string, string])
  const draft = await undo()
  const conflict = conflictOf(draft)
  expect(JSON.stringify(draft)).not.toContain('hush')
  expect([conflict.editable, conflict.merged]).toEqual([false, undefined])
  const { token } = conflict
  await expect(undo([{ take: 'text', path, token, text: 'a: 1\n' }])).rejects.toSatisfy(
    codeIn('EDIT_REFUSED'),
  )
  const taken = await undo([{ take: 'theirs', path, token }])
  expect(taken.conflicts).toEqual([])
  const { operationId } = await land(taken)
  expect(await session.ended(operationId)).toMatchObject({ state: 'done' })
  expect(repo.at(repo.remote, 'show', `main:${path}`)).toBe(states[0].trimEnd())
})

test('an answer outlives what others push elsewhere, and is asked for again where a side moved', async () => {
  const undo = await undone('web/d.yaml', [config('one'), config('two'), config('three')])
  const { path, token } = conflictOf(await undo())
  const answer: Resolution = { take: 'theirs', path, token }
  repo.commit('elsewhere', { README: 'x\n' })
  repo.push()
  expect((await undo([answer])).conflicts).toEqual([])
  repo.commit('same place', { 'web/d.yaml': config('four') })
  repo.push()
  const again = conflictOf(await undo([answer]))
  expect([again.path, again.ours]).toEqual([path, config('four')])
})

test('a merge commit is undone against the parent that is named, and only the paths that are named', async () => {
  repo.commit('first', { 'web/c.yaml': config('x'), 'web/d.yaml': config('1').replace('name: c', 'name: d') })
  repo.git('switch', '-qc', 'side')
  repo.commit('side', { 'web/d.yaml': config('side').replace('name: c', 'name: d') })
  repo.git('switch', '-q', 'main')
  repo.commit('main', { 'web/c.yaml': config('main') })
  repo.git('merge', '-q', '--no-ff', '-m', 'merge', 'side')
  const merge = repo.git('rev-parse', 'HEAD')
  repo.push()
  const { id: cloneId } = await session.client.call('clones.add', { path: repo.clone })
  const [found] = await session.client.call('apps.discover', { cloneId })
  web = await session.client.call('apps.add', found?.spec ?? web.spec)
  const files = async (more: object) =>
    session.client
      .call('draft.create', {
        appId: web.id,
        action: { kind: 'undo', commits: [merge], ...more },
        shared: 'include',
      })
      .then((draft) => draft.files.map(({ path }) => path))
  expect(await files({})).toEqual(['web/d.yaml'])
  expect(await files({ mainline: 2 })).toEqual(['web/c.yaml'])
  await expect(files({ mainline: 3 })).rejects.toSatisfy(codeIn('BAD_REQUEST'))
  await expect(files({ paths: ['web/c.yaml'] })).rejects.toSatisfy(codeIn('UNDO_NOTHING'))
  expect(await files({ mainline: 2, paths: ['web/c.yaml'] })).toEqual(['web/c.yaml'])
})
