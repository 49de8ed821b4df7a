import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { LandOrder, LandStep } from '../../../src/engine/git/index.ts'
import { createTestGit, createTestRepo, failureOf } from '../../helpers/repo.ts'

const git = createTestGit()
afterAll(() => git.close())

type Journal = {
  readonly order: Omit<LandOrder, 'onStep'>
  readonly dir: string
  readonly reached: LandStep
}

function dirtyRepo() {
  const repo = createTestRepo()
  const base = repo.commit('one', { 'app/a.yaml': 'a: 1\n', 'notes.txt': 'mine\n' })
  repo.push()
  repo.write({ 'notes.txt': 'changed\n', 'untracked.txt': 'new\n' })
  return { repo, base, journal: join(repo.dir, 'journal') }
}

async function landAndDie(args: readonly string[]): Promise<string | null> {
  const lander = join(import.meta.dirname, '../../helpers/lander.ts')
  const child = spawn(process.execPath, [lander, ...args], { stdio: ['ignore', 'inherit', 'inherit'] })
  const [, signal] = (await once(child, 'exit')) as [number | null, string | null]
  return signal
}

const move = 'update-ref -m wheelhouse refs/heads/main'
const cases = [
  ...['store', 'hold', 'push', 'fast-forward', 'release'].map((step) => [3, 'push', step] as const),
  ...['store', 'hold', 'update', 'release'].map((step) => [3, 'local', step] as const),
  // Inside the steps, above all between a ref and the files of its work tree.
  [1, 'push', 'store@index-pack'],
  [1, 'push', 'push@push --porcelain'],
  [1, 'push', 'fast-forward@draft-1.from'],
  [3, 'push', `fast-forward@${move}`],
  [1, 'push', 'fast-forward@read-tree -m -u'],
  [1, 'local', 'update@draft-1.from'],
  [3, 'local', `update@${move}`],
  [1, 'local', 'update@read-tree -m -u'],
] as const

test.each(cases)(
  'killed (%i times) while landing by %s at "%s", it goes on and ends as if nothing had happened',
  { timeout: 60_000 },
  async (times, mode, at) => {
    await Promise.all(Array.from({ length: times }, () => killAndResume(mode, at)))
  },
)

async function killAndResume(mode: 'push' | 'local', at: string): Promise<void> {
  const { repo, base, journal } = dirtyRepo()
  const before = repo.git('status', '--porcelain')
  expect(await landAndDie([repo.clone, git.quarantines, mode, at, journal])).toBe('SIGKILL')
  // Nothing is lost, whatever was reached; where the ref had moved alone, the files are behind it.
  expect(repo.fsck()).toBe('')
  if (at.includes(move)) expect(repo.git('status', '--porcelain')).toContain('D  app/new.yaml')
  const { order, dir, reached } = JSON.parse(readFileSync(journal, 'utf8')) as Journal
  expect([base, order.commit]).toContain(repo.remoteTip())
  const opened = await git.open(repo.clone)
  const onStep = () => Promise.resolve()
  // Whoever is asked twice gives the same answer.
  for (const _ of [1, 2]) await opened.resume({ ...order, dir, reached, onStep })
  expect(repo.remoteTip()).toBe(mode === 'push' ? order.commit : base)
  expect(repo.git('rev-parse', 'HEAD')).toBe(order.commit)
  expect(repo.git('status', '--porcelain')).toBe(before)
  expect(readFileSync(join(repo.clone, 'app/new.yaml'), 'utf8')).toBe('n: 1\n')
  expect(repo.git('rev-list', '--count', 'main')).toBe('2')
  expect(repo.git('for-each-ref', 'refs/wheelhouse')).toBe('')
  expect(repo.fsck()).toBe('')
  opened.close()
  repo.remove()
}

test('a push that others built on while we were dead has landed', async () => {
  const { repo, journal } = dirtyRepo()
  await landAndDie([repo.clone, git.quarantines, 'push', 'fast-forward', journal])
  const { order, dir } = JSON.parse(readFileSync(journal, 'utf8')) as Journal
  repo.at(repo.dir, 'clone', '-q', repo.remote, 'colleague')
  const colleague = join(repo.dir, 'colleague')
  repo.at(
    colleague,
    '-c',
    'user.name=C',
    '-c',
    'user.email=c@x',
    'commit',
    '-q',
    '--allow-empty',
    '-m',
    'on top',
  )
  repo.at(colleague, 'push', '-q')
  const top = repo.remoteTip()
  const opened = await git.open(repo.clone)
  // As if the record of the push had been lost.
  await opened.resume({ ...order, dir, reached: 'push', onStep: () => Promise.resolve() })
  expect(repo.remoteTip()).toBe(top)
  expect(repo.git('rev-parse', 'HEAD')).toBe(order.commit)
  opened.close()
  repo.remove()
})

test('files that the killed run had written are taken for what they are; one that the user changed since stays', async () => {
  for (const [content, words] of [
    ['a: 2\n', 'the local main and its work tree follow'],
    ['a: mine\n', 'main moved, and changes of yours keep its files behind'],
  ] as const) {
    const { repo, journal } = dirtyRepo()
    await landAndDie([repo.clone, git.quarantines, 'push', `fast-forward@${move}`, journal])
    repo.write({ 'app/a.yaml': content, 'app/new.yaml': 'n: 1\n' })
    const { order, dir, reached } = JSON.parse(readFileSync(journal, 'utf8')) as Journal
    const opened = await git.open(repo.clone)
    const followed = await opened.resume({ ...order, dir, reached, onStep: () => Promise.resolve() })
    expect(followed.words).toBe(words)
    expect(readFileSync(join(repo.clone, 'app/a.yaml'), 'utf8')).toBe(content)
    if (followed.done) expect(repo.git('status', '--porcelain')).toBe(' M notes.txt\n?? untracked.txt')
    opened.close()
    repo.remove()
  }
})

test('what was pushed and then taken back by somebody is not pushed again', async () => {
  const { repo, base, journal } = dirtyRepo()
  await landAndDie([repo.clone, git.quarantines, 'push', 'fast-forward', journal])
  const { order, dir, reached } = JSON.parse(readFileSync(journal, 'utf8')) as Journal
  repo.at(repo.remote, 'update-ref', 'refs/heads/main', base)
  const opened = await git.open(repo.clone)
  await opened.resume({ ...order, dir, reached, onStep: () => Promise.resolve() })
  expect(repo.remoteTip()).toBe(base)
  opened.close()
  repo.remove()
})

test('a draft that was never stored and whose folder is gone is DRAFT_GONE, and nothing was committed', async () => {
  const { repo, base, journal } = dirtyRepo()
  await landAndDie([repo.clone, git.quarantines, 'push', 'store', journal])
  const { order, dir, reached } = JSON.parse(readFileSync(journal, 'utf8')) as Journal
  await git.sweep(new Set([dir]))
  const opened = await git.open(repo.clone)
  const room = await opened.reopen(dir)
  expect(await room.files(base, order.commit)).toHaveLength(2)
  await git.sweep(new Set())
  const onStep = () => Promise.resolve()
  expect((await failureOf(opened.resume({ ...order, dir, reached, onStep }))).code).toBe('DRAFT_GONE')
  expect((await failureOf(opened.resume({ ...order, dir: repo.clone, reached, onStep }))).code).toBe(
    'DRAFT_GONE',
  )
  expect([repo.remoteTip(), repo.git('rev-parse', 'HEAD')]).toEqual([base, base])
  await room.discard()
  opened.close()
  repo.remove()
})
