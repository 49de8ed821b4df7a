import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { LandOrder, LandStep } from '../../../src/engine/git/index.ts'
import { killingGit, kills, locksIn } from '../../helpers/killing-git.ts'
import type { Fate } from '../../helpers/killing-git.ts'
import { adoptTestRepo, createTestGit, createTestRepo, failureOf } from '../../helpers/repo.ts'

const git = createTestGit()
afterAll(() => git.close())

type Journal = {
  readonly order: Omit<LandOrder, 'onStep'>
  readonly dir: string
  readonly reached: LandStep
}

const template = createTestRepo()
const first = template.commit('one', { 'app/a.yaml': 'a: 1\n', 'notes.txt': 'mine\n' })
template.push()
afterAll(() => template.remove())

/** A copy: it takes no process, and a kill needs hundreds of these. */
function dirtyRepo() {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), 'wheelhouse-repo-')))
  cpSync(template.dir, dir, { recursive: true, preserveTimestamps: true })
  const repo = adoptTestRepo({ dir, clone: join(dir, 'clone'), remote: join(dir, 'remote.git') })
  const config = join(repo.clone, '.git/config')
  writeFileSync(config, readFileSync(config, 'utf8').replaceAll(template.dir, dir))
  repo.write({ 'notes.txt': 'changed\n', 'untracked.txt': 'new\n' })
  return { repo, base: first, journal: join(repo.dir, 'journal') }
}

async function landAndDie(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<string | null> {
  const lander = join(import.meta.dirname, '../../helpers/lander.ts')
  const child = spawn(process.execPath, [lander, ...args], {
    stdio: ['ignore', 'inherit', 'inherit'],
    // Compiled once: half of what a kill takes is the start of its process.
    env: { ...process.env, NODE_COMPILE_CACHE: join(git.quarantines, '../compiled'), ...env },
  })
  const [, signal] = (await once(child, 'exit')) as [number | null, string | null]
  return signal
}

const move = 'update-ref -m wheelhouse refs/heads/main'
/** The runs of git that a step is made of and that change something. */
const steps = [
  ['push', 'store', ['pack-objects', 'index-pack']],
  ['push', 'hold', ['update-ref refs/wheelhouse/draft-1']],
  ['push', 'push', ['push --porcelain']],
  ['push', 'fast-forward', [move, 'read-tree -m -u', 'draft-1.from']],
  ['push', 'release', ['update-ref --stdin']],
  ['local', 'store', ['pack-objects', 'index-pack']],
  ['local', 'hold', ['update-ref refs/wheelhouse/draft-1']],
  ['local', 'update', [move, 'read-tree -m -u', 'draft-1.from']],
  ['local', 'release', ['update-ref --stdin']],
] as const
const fates = ['finishes', 'is killed too'] as const

test.each(steps.flatMap((step) => fates.map((fate) => [...step.slice(0, 2), fate, step[2]] as const)))(
  `killed ${kills} times while landing by %s at "%s", and its git %s, it goes on and ends as if nothing had happened`,
  { timeout: 600_000 },
  async (mode, at, fate, runs) => {
    await inTurns(kills, (turn) =>
      killAndResume(mode as 'push' | 'local', String(at), (folder) =>
        killingGit(folder, { fate: fate as Fate, words: runs[turn % runs.length] ?? '', at: turn }),
      ),
    )
  },
)

const between = [
  ...steps.map(([mode, step]) => [mode, step] as const),
  // Behind a run of git, above all between a ref and the files of its work tree.
  ['push', 'store@index-pack'],
  ['push', 'push@push --porcelain'],
  ['push', 'fast-forward@draft-1.from'],
  ['push', `fast-forward@${move}`],
  ['push', 'fast-forward@read-tree -m -u'],
  ['local', 'update@draft-1.from'],
  ['local', `update@${move}`],
  ['local', 'update@read-tree -m -u'],
] as const

test.each(between)(
  'killed between two runs of git while landing by %s at "%s", it goes on and ends as if nothing had happened',
  { timeout: 300_000 },
  async (mode, at) => {
    await inTurns(Math.min(kills, 3), () => killAndResume(mode, at))
  },
)

/** Three at a time: most of a kill is waiting for processes. */
async function inTurns(count: number, work: (turn: number) => Promise<void>): Promise<void> {
  const turns = Array.from({ length: count }, (_, turn) => turn).values()
  await Promise.all(
    [1, 2, 3].map(async () => {
      for (const turn of turns) await work(turn)
    }),
  )
}

async function killAndResume(
  mode: 'push' | 'local',
  at: string,
  killing?: (folder: string) => ReturnType<typeof killingGit>,
): Promise<void> {
  const { repo, base, journal } = dirtyRepo()
  const before = repo.git('status', '--porcelain')
  const killer = killing?.(repo.dir)
  expect(await landAndDie([repo.clone, git.quarantines, mode, at, journal], killer?.env)).toBe('SIGKILL')
  await killer?.settled()
  // Nothing is lost, whatever was reached; where the ref had moved alone, the files are behind it.
  expect([repo.fsck(), repo.at(repo.remote, 'fsck', '--strict', '--no-dangling')]).toEqual(['', ''])
  if (at.includes(move)) expect(repo.git('status', '--porcelain')).toContain('D  app/new.yaml')
  const { order, dir, reached } = JSON.parse(readFileSync(journal, 'utf8')) as Journal
  expect([base, order.commit]).toContain(repo.remoteTip())
  expect([base, order.commit]).toContain(repo.git('rev-parse', 'main'))
  const opened = await git.open(repo.clone)
  const onStep = () => Promise.resolve()
  const locks = [join(repo.clone, '.git'), repo.remote].flatMap(locksIn)
  if (locks.length > 0) {
    // Said, not waited for and not taken away; whoever looks into it removes it.
    const { code } = await failureOf(opened.resume({ ...order, dir, reached, onStep }))
    expect(['GIT_BUSY', 'PUSH_REFUSED', 'PUSH_REJECTED']).toContain(code)
    expect([join(repo.clone, '.git'), repo.remote].flatMap(locksIn)).toEqual(locks)
    for (const lock of locks) rmSync(lock)
  }
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
