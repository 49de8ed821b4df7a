import { chmodSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, expect, test } from 'vitest'
import type { Commit, CommandRun } from '#contract'
import type { LogRequest } from '../../../src/engine/git/log.ts'
import { grow, random } from '../../helpers/history.ts'
import { createTestGit, createTestRepo } from '../../helpers/repo.ts'

const runs: CommandRun[] = []
const git = createTestGit({ onRun: (run) => runs.push(run) })
afterAll(() => git.close())
afterEach(() => runs.splice(0))

async function oids(log: AsyncGenerator<Commit>): Promise<readonly string[]> {
  const all: string[] = []
  for await (const { oid } of log) all.push(oid)
  return all
}
const graphRuns = () => runs.filter(({ command }) => command.includes('commit-graph'))

test('a log of paths is read as it is; behind it the graph is written, in the cache alone', async () => {
  const repo = createTestRepo()
  const tip = repo.commit('one', { 'a/x': '1' })
  const before = readdirSync(join(repo.clone, '.git', 'objects')).toSorted()
  const open = await git.open(repo.clone)
  expect(await oids(open.log({ tip, firstParent: true, paths: ['a'] }))).toEqual([tip])
  await open.learnt()
  expect(graphRuns()).toHaveLength(1)
  expect(readdirSync(join(repo.clone, '.git', 'objects')).toSorted()).toEqual(before)
  // The same tip again has nothing to learn.
  await oids(open.log({ tip, firstParent: true, paths: ['a'] }))
  await open.learnt()
  expect(graphRuns()).toHaveLength(1)
})

test('a graph that was asked for is there before the first log of paths', async () => {
  const repo = createTestRepo()
  const tip = repo.commit('one', { 'a/x': '1' })
  const open = await git.open(repo.clone)
  open.learn(tip)
  await open.learnt()
  expect(graphRuns()).toHaveLength(1)
  expect(await oids(open.log({ tip, firstParent: true, paths: ['a'] }))).toEqual([tip])
  await open.learnt()
  expect(graphRuns()).toHaveLength(1)
})

test('with the graph every log says what git says without it, also of several folders and page by page', async () => {
  const repo = createTestRepo()
  const next = random(7)
  grow(repo, next, 120)
  const tip = repo.git('rev-parse', 'HEAD')
  const open = await git.open(repo.clone)
  const folders = [...new Set(repo.git('ls-tree', '-r', '--name-only', 'HEAD').split('\n').map(dirOf))]
  await oids(open.log({ tip, firstParent: true, paths: folders.slice(0, 1) }))
  await open.learnt()
  for (let round = 0; round < 25; round++) {
    const paths = folders.filter(() => next(2) === 0).slice(0, 1 + next(4))
    const request: LogRequest = {
      tip,
      firstParent: next(4) > 0,
      paths: paths.length === 0 ? ['nothing-here'] : paths,
      ...(next(2) === 0 ? { skip: next(5) } : {}),
      ...(next(2) === 0 ? { limit: 1 + next(20) } : {}),
    }
    const plain = [
      ...(request.firstParent ? ['--first-parent'] : []),
      ...(request.skip === undefined ? [] : [`--skip=${request.skip}`]),
      ...(request.limit === undefined ? [] : [`--max-count=${request.limit}`]),
    ]
    const said = repo.git('log', '--format=%H', ...plain, tip, '--', ...(request.paths ?? []))
    expect(await oids(open.log(request))).toEqual(said === '' ? [] : said.split('\n'))
  }
})

test('a graph that git cannot read is dropped, and the history is told all the same', async () => {
  const repo = createTestRepo()
  repo.commit('one', { 'a/x': '1' })
  const tip = repo.commit('two', { 'a/x': '2' })
  const own = createTestGit()
  const open = await own.open(repo.clone)
  const request = { tip, firstParent: true, paths: ['a'] }
  await oids(open.log(request))
  await open.learnt()
  const caches = join(own.quarantines, '..', 'caches')
  const [name = ''] = readdirSync(caches)
  const graphs = join(caches, name, 'objects', 'info', 'commit-graphs')
  // The head is fine and the rest is not: git ends with a signal.
  for (const file of readdirSync(graphs).filter((one) => one.endsWith('.graph'))) {
    const bytes = readFileSync(join(graphs, file))
    chmodSync(join(graphs, file), 0o644)
    writeFileSync(
      join(graphs, file),
      bytes.map((byte, at) => (at < 200 ? byte : byte ^ 0x55)),
    )
  }
  expect(await oids(open.log(request))).toHaveLength(2)
  expect(readdirSync(caches)).toEqual([])
  own.close()
})

function dirOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : path
}
