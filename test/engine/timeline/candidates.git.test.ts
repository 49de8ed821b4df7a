import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { CallError } from '#contract'
import type { App, Mark, TimelineRow } from '#contract'
import { conflictMark } from '#core'
import { random } from '../../helpers/history.ts'
import { createTestRepo } from '../../helpers/repo.ts'
import type { TestRepo } from '../../helpers/repo.ts'
import { openTestSession } from '../../helpers/session.ts'
import type { TestSession } from '../../helpers/session.ts'
import { fingerprint } from '../../hostile/fingerprint.ts'

// What the timeline says about undoing a commit is what the draft of that undo then says.

let repo: TestRepo
let session: TestSession
beforeEach(async () => {
  repo = createTestRepo()
  session = await openTestSession({})
})
afterEach(async () => {
  await session.close()
  repo.remove()
})

async function appNamed(name: string): Promise<App> {
  const { client } = session
  const { id: cloneId } = await client.call('clones.add', { path: repo.clone })
  const found = await client.call('apps.discover', { cloneId })
  const spec = found.find((one) => one.spec.name === name)?.spec
  if (spec === undefined) throw new Error(`${name} is not among ${found.map((one) => one.spec.name).join()}`)
  return client.call('apps.add', spec)
}

async function rowsOf(app: App, until: 'rows' | 'reasons'): Promise<readonly TimelineRow[]> {
  const rows = new Map<string, TimelineRow>()
  for await (const delta of session.client.stream('timeline.watch', { appId: app.id, until })) {
    for (const row of delta.upserts) rows.set(row.commit.oid, row)
    for (const oid of delta.deletes) rows.delete(oid)
    if (delta.ready) break
  }
  return [...rows.values()].toSorted((a, b) => a.index - b.index)
}

/** What the draft says, in the words of the mark. */
async function drafted(app: App, commit: string): Promise<readonly Mark[]> {
  const { client } = session
  const action = { kind: 'undo', commits: [commit] } as const
  try {
    const draft = await client.call('draft.create', { appId: app.id, action, shared: 'ask' })
    await client.call('draft.discard', { draftId: draft.id })
    return conflictMark(draft.conflicts.map(({ path }) => path))
  } catch (error) {
    if (error instanceof CallError && error.failure.code === 'UNDO_NOTHING') return []
    throw error
  }
}

const conflictsOf = ({ marks }: TimelineRow) => marks.filter(({ kind }) => kind === 'conflicts')

const config = (name: string, lines: readonly string[]) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name} }\ndata:\n${lines.map((line) => `  ${line}\n`).join('')}`

/** A base that two apps share, an overlay, and a file that nobody reads; every seventh commit is the merge of a side branch. */
function grow(seed: number, commits: number): void {
  const next = random(seed)
  const state = new Map<string, readonly string[]>()
  const paths = ['base/shared.yaml', 'web/own.yaml', 'web/more.yaml', 'web/NOTES']
  const textOf = (path: string) => {
    const lines = state.get(path) ?? []
    return path.endsWith('.yaml') ? config(path.replaceAll(/\W/g, '-'), lines) : `${lines.join('\n')}\n`
  }
  for (const path of paths)
    state.set(
      path,
      Array.from({ length: 12 }, (_, at) => `k${at}: "0"`),
    )
  repo.commit('first', {
    'base/kustomization.yaml': 'resources: [shared.yaml]\n',
    'web/kustomization.yaml': 'resources: [../base, own.yaml, more.yaml]\n',
    'api/kustomization.yaml': 'resources: [../base]\n',
    ...Object.fromEntries(paths.map((path) => [path, textOf(path)])),
  })
  const change = (index: number, only: readonly string[]) => {
    const changed = new Set([
      only[next(only.length)] ?? 'web/own.yaml',
      only[next(only.length)] ?? 'web/own.yaml',
    ])
    for (const path of changed) {
      const lines = [...(state.get(path) ?? [])]
      lines[next(lines.length)] = `k${next(6) === 0 ? `new${index}` : next(12)}x${index}: "${index}"`
      if (next(5) === 0) lines.splice(next(lines.length), 0, `added${index}: "${index}"`)
      state.set(path, lines)
    }
    return Object.fromEntries([...changed].map((path) => [path, textOf(path)]))
  }
  for (let index = 1; index < commits; index++) {
    if (index % 7 !== 0) repo.commit(`change ${index}`, change(index, paths))
    else {
      repo.git('switch', '-q', '-c', `side-${index}`)
      repo.commit(`side ${index}`, change(index, paths))
      repo.git('switch', '-q', 'main')
      repo.git('merge', '-q', '--no-ff', '-m', `merge ${index}`, `side-${index}`)
    }
  }
  repo.push()
}

test.each([11, 12])(
  'the mark of each commit of history %i is what the draft of its undo says, and nothing in the clone changes',
  { timeout: 300_000 },
  async (seed) => {
    grow(seed, 14)
    const app = await appNamed('web')
    await rowsOf(app, 'rows')
    const before = fingerprint(repo.clone)
    const rows = await rowsOf(app, 'reasons')
    expect(fingerprint(repo.clone)).toBe(before)
    const rooms = join(session.dataDir, 'drafts', String(process.pid))
    await vi.waitFor(() => expect(readdirSync(rooms)).toEqual([]), { timeout: 30_000 })
    const told = rows.filter(({ effect }) => effect === 'changed')
    const drafts = await Promise.all(told.map(({ commit }) => drafted(app, commit.oid)))
    expect(told.map((row) => [row.commit.subject, conflictsOf(row)])).toEqual(
      told.map(({ commit }, at) => [commit.subject, drafts[at]]),
    )
    const conflicts = drafts.filter((marks) => marks.length > 0).length
    expect([told.length > 6, conflicts > 1, conflicts < told.length]).toEqual([true, true, true])
    expect(repo.fsck()).toBe('')
  },
)

const chart = {
  'shop/Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 0.1.0\n',
  'shop/templates/c.yaml': `${config('c', ['a: {{ .Values.a | quote }}'])}`,
}

test(
  "another environment's values in the same folder are no conflict of this app",
  { timeout: 60_000 },
  async () => {
    const values = (prod: number, staging: number) => ({
      'shop/values-prod.yaml': `a: ${prod}\n`,
      'shop/values-staging.yaml': `a: ${staging}\n`,
    })
    repo.commit('first', { ...chart, ...values(1, 1) })
    const both = repo.commit('both', values(2, 2))
    repo.commit('staging', values(2, 3))
    repo.push()
    const prod = await appNamed('shop-prod')
    const staging = await appNamed('shop-staging')
    const marksAt = async (app: App) =>
      (await rowsOf(app, 'reasons')).filter(({ commit }) => commit.oid === both).flatMap(conflictsOf)
    expect(await marksAt(prod)).toEqual([])
    expect(await drafted(prod, both)).toEqual([])
    expect(await marksAt(staging)).toEqual(conflictMark(['shop/values-staging.yaml']))
  },
)

test('what would conflict in a file that nobody reads is told too', { timeout: 60_000 }, async () => {
  const files = (value: string) => ({
    'web/c.yaml': config('c', [`a: "${value}"`]),
    'web/NOTES': `${value}\n`,
  })
  repo.commit('first', files('1'))
  const bad = repo.commit('bad', files('2'))
  repo.commit('notes', { 'web/NOTES': '3\n' })
  repo.push()
  const app = await appNamed('web')
  const [row] = (await rowsOf(app, 'reasons')).filter(({ commit }) => commit.oid === bad)
  expect(row?.marks.filter(({ kind }) => kind === 'conflicts')).toEqual(conflictMark(['web/NOTES']))
  expect(await drafted(app, bad)).toEqual(conflictMark(['web/NOTES']))
})

test(
  'without a cluster the list says what needs none, and guesses nothing',
  { timeout: 60_000 },
  async () => {
    const definition = (versions: readonly string[]) =>
      `apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: { name: things.example.com }\nspec: { group: example.com, versions: [${versions.map((name) => `{ name: ${name} }`).join(', ')}] }\n`
    const pod = (image: string) =>
      `apiVersion: v1\nkind: Pod\nmetadata: { name: p }\nspec: { containers: [{ name: c, image: "${image}", envFrom: [{ configMapRef: { name: gone } }] }] }\n`
    repo.commit('first', { 'web/a.yaml': pod('a:1'), 'web/d.yaml': definition(['v1']) })
    repo.commit('image', { 'web/a.yaml': pod('a:2') })
    repo.commit('v2', { 'web/d.yaml': definition(['v1', 'v2']) })
    repo.push()
    const rows = await rowsOf(await appNamed('web'), 'reasons')
    expect(rows.map(({ commit, marks }) => [commit.subject, marks.map(({ kind }) => kind)])).toEqual([
      ['v2', ['tip']],
      ['image', ['crd-changes']],
      ['first', ['conflicts', 'crd-changes']],
    ])
  },
)

test('rows that nobody looks at are not examined, and those in view are', { timeout: 60_000 }, async () => {
  for (const value of ['1', '2', '3']) repo.commit(value, { 'web/c.yaml': config('c', [`a: "${value}"`]) })
  repo.push()
  const app = await appNamed('web')
  const { client } = session
  const seen = new Map<string, readonly string[]>()
  let asked = false
  for await (const { upserts, ready } of client.stream('timeline.watch', { appId: app.id })) {
    for (const { commit, marks } of upserts)
      seen.set(
        commit.subject,
        marks.map(({ kind }) => kind),
      )
    if (!asked && ready) {
      expect(seen.get('2')).toEqual([])
      asked = true
      await client.call('timeline.focus', { appId: app.id, rows: [1] })
    }
    if ((seen.get('2') ?? []).length > 0) break
  }
  expect(Object.fromEntries(seen)).toEqual({ 1: [], 2: ['conflicts'], 3: ['tip'] })
})
