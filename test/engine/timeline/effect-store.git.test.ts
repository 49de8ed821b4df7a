import { appendFileSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { AppSpec } from '#contract'
import { createAppRenderer } from '../../../src/engine/app-render.ts'
import type { AppRenderer } from '../../../src/engine/app-render.ts'
import { createRenderer } from '../../../src/engine/render/index.ts'
import { createEffectStore, createFolderStore, readTimeline } from '../../../src/engine/timeline/index.ts'
import type { EffectStore, UnmarkedRow } from '../../../src/engine/timeline/index.ts'
import { random } from '../../helpers/history.ts'
import { createTestGit, createTestRepo } from '../../helpers/repo.ts'
import { testPool } from '../render/test-pool.ts'

const git = createTestGit()
const pool = testPool()
const dir = mkdtempSync(join(tmpdir(), 'wheelhouse-effects-'))
afterAll(() => {
  git.close()
  pool.close()
  rmSync(dir, { recursive: true })
})

const spec: AppSpec = {
  name: 'web',
  cloneId: 'c',
  path: 'web',
  branch: 'main',
  tool: 'kustomize',
  cruise: 'off',
}
const config = (value: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: c }\ndata: { a: "${value}" }\n`

/** An app on the first of two bases. */
const twoBases = {
  'web/kustomization.yaml': 'resources: [../one]\n',
  'one/kustomization.yaml': 'resources: [c.yaml]\n',
  'one/c.yaml': config('0'),
  'two/kustomization.yaml': 'resources: [c.yaml]\n',
  'two/c.yaml': config('two'),
}

/** Bases come and go, some states do not render. */
function grown() {
  const repo = createTestRepo()
  const next = random(11)
  repo.commit('first', twoBases)
  for (let n = 1; n < 30; n++) {
    const files = [
      { 'one/c.yaml': config(String(next(5))) },
      { 'two/c.yaml': config(`two ${next(5)}`) },
      { 'web/kustomization.yaml': `resources: [../${next(2) === 0 ? 'one' : 'two'}]\n` },
      { 'web/kustomization.yaml': next(3) === 0 ? 'resources: [\n' : 'resources: [../one]\n' },
      { README: String(n) },
    ][next(5)]
    repo.commit(`change ${n}`, files ?? {})
  }
  return repo
}

test('a timeline that was told once is told again the same, without rendering but the newest state', async () => {
  const repo = grown()
  const open = await git.open(repo.clone)
  const tip = repo.git('rev-parse', 'HEAD')
  const file = join(dir, 'effects.jsonl')
  let renders = 0
  const read = async (effects: EffectStore | undefined): Promise<readonly UnmarkedRow[]> => {
    renders = 0
    const render: AppRenderer = (...args) => {
      renders += 1
      return createAppRenderer(createRenderer(pool))(...args)
    }
    const rows = new Map<string, UnmarkedRow>()
    for await (const event of readTimeline({ repo: open, render, effects }, { spec, tip, limit: 100 })) {
      if ('cut' in event) for (const [oid, row] of rows) if (row.index >= event.cut) rows.delete(oid)
      if ('row' in event) rows.set(event.row.commit.oid, event.row)
    }
    await effects?.idle()
    return [...rows.values()].toSorted((a, b) => a.index - b.index)
  }
  const plain = await read(undefined)
  const all = renders
  expect(plain.some(({ effect }) => effect === 'unknown')).toBe(true)
  expect(await read(createEffectStore(file, 'v1'))).toEqual(plain)
  // Another process, half a line of a third, and a line that means nothing.
  appendFileSync(file, '["v1 x",{"effect":"odd"}]\nnonsense\n["v1 y",{"eff')
  const size = statSync(file).size
  expect(await read(createEffectStore(file, 'v1'))).toEqual(plain)
  const broken = plain.filter(({ effect }) => effect === 'unknown').length
  expect(renders).toBeLessThan(all / 2)
  expect(renders).toBeGreaterThan(broken)
  expect(statSync(file).size).toBe(size)
  expect(await read(createEffectStore(file, 'v2'))).toEqual(plain)
  expect(renders).toBeGreaterThan(all / 2)
  // Rows have words of fields, never contents.
  expect(readFileSync(file, 'utf8')).not.toContain('two ')
})

test('the list begins with the folders that the app was seen to read, and is cut where it reads others now', async () => {
  const repo = createTestRepo()
  repo.commit('first', twoBases)
  repo.commit('base', { 'one/c.yaml': config('1') })
  const open = await git.open(repo.clone)
  const render = createAppRenderer(createRenderer(pool))
  const file = join(dir, 'folders.jsonl')
  const told = async () => {
    const folders = createFolderStore(file)
    const tip = repo.git('rev-parse', 'HEAD')
    const lines: string[] = []
    for await (const event of readTimeline({ repo: open, render, folders }, { spec, tip, limit: 9 })) {
      if ('cut' in event) lines.push(`cut ${event.cut}`)
      else if (event.row.effect === 'pending') lines.push(event.row.commit.subject)
    }
    await folders.idle()
    return lines
  }
  expect(await told()).toEqual(expect.arrayContaining(['first', 'cut 0', 'base', 'first']))
  expect(await told()).toEqual(['base', 'first'])
  repo.commit('to two', { 'web/kustomization.yaml': 'resources: [../two]\n' })
  const moved = await told()
  expect(moved).toContain('cut 0')
  expect(moved.slice(moved.indexOf('cut 0') + 1)).toEqual(expect.arrayContaining(['to two', 'first']))
  expect(await told()).toEqual(expect.arrayContaining(['to two', 'base', 'first']))
  expect((await told())[0]).toBe('to two')
})

test('a folder that cannot be written is no failure of the timeline', async () => {
  const store = createEffectStore('/dev/null/effects.jsonl', 'v1')
  store.put('a', { effect: 'none', changes: [] })
  await store.idle()
  expect(await store.get('a')).toEqual({ effect: 'none', changes: [] })
})

test(
  'a file that has grown past its bound keeps its newer half, and no second file',
  { timeout: 60_000 },
  async () => {
    const file = join(dir, 'large', 'effects.jsonl')
    const put = createEffectStore(file, 'v1')
    const problem = 'x'.repeat(20_000)
    for (let n = 0; n < 1_000; n++) put.put(String(n), { effect: 'none', changes: [], problem })
    await put.idle()
    const bound = 16 * 1024 * 1024
    expect(statSync(file).size).toBeGreaterThan(bound)
    const next = createEffectStore(file, 'v1')
    expect(await next.get('0')).toBeUndefined()
    expect(await next.get('999')).toEqual({ effect: 'none', changes: [], problem })
    expect(statSync(file).size).toBeLessThan(bound)
    expect(readdirSync(join(dir, 'large'))).toEqual(['effects.jsonl'])
    // What was dropped is found again once it is put again.
    next.put('0', { effect: 'none', changes: [] })
    await next.idle()
    expect(await createEffectStore(file, 'v1').get('0')).toEqual({ effect: 'none', changes: [] })
  },
)
