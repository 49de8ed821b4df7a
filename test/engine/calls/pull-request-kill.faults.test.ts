import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, expect, test } from 'vitest'
import type { Operation } from '#contract'
import { killingGit, kills, locksIn } from '../../helpers/killing-git.ts'
import {
  landDraft,
  onReceive,
  openForge,
  openLandingScene,
  protectMain,
  scaleDraft,
} from '../../helpers/landing-scene.ts'
import type { LandingScene } from '../../helpers/landing-scene.ts'
import type { Moment, ProposerOrder } from '../../helpers/proposer.ts'
import { openTestSession } from '../../helpers/session.ts'
import type { TestSession } from '../../helpers/session.ts'

// kill -9 at every named step of a landing by pull request: nothing or all of it, or the journal says how far it got and it goes on.

const scenes: LandingScene[] = []
afterEach(async () => {
  for (const { repo, session } of scenes.splice(0)) {
    await session.close()
    repo.remove()
  }
})

/** The runs of git during which the engine is killed, and the moment from which on it may be. */
const during = [
  ['land', 'push', 'push --porcelain'],
  ['look', 'start', ' fetch '],
  ['look', 'follow', 'update-ref -m wheelhouse refs/heads/main'],
  ['look', 'follow', 'read-tree -m -u'],
] as const
const fates = ['finishes', 'is killed too'] as const
const landing: readonly Moment[] = ['begin', 'commit', 'push', 'named', 'sent', 'pushed', 'merge', 'wait']
const looking: readonly Moment[] = ['found', 'merged', 'follow', 'moved', 'landed']
/** Behind them a run that goes on does not come there again. */
const onlyOnce = new Set<Moment>(['begin', 'commit', 'sent', 'wait', 'moved', 'landed'])

async function scene(): Promise<LandingScene> {
  const one = await openLandingScene()
  onReceive(one.repo, protectMain)
  scenes.push(one)
  one.repo.write({ 'mine.txt': 'untracked\n', 'staged.txt': 'staged\n' })
  one.repo.git('add', 'staged.txt')
  await one.session.close('keep')
  return one
}

const compiled = mkdtempSync(join(tmpdir(), 'wheelhouse-compiled-'))
afterAll(() => rmSync(compiled, { recursive: true, force: true }))

async function runAndDie(
  order: ProposerOrder,
  env: Readonly<Record<string, string>> = {},
): Promise<string | null> {
  const helper = join(import.meta.dirname, '../../helpers/proposer.ts')
  const child = spawn(process.execPath, [helper, JSON.stringify(order)], {
    stdio: 'ignore',
    // Compiled once: half of what a kill takes is the start of its process.
    env: { ...process.env, NODE_COMPILE_CACHE: compiled, ...env },
  })
  const [, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null]
  return signal
}

async function reopen(one: LandingScene): Promise<TestSession> {
  one.session = await openTestSession({ dataDir: one.session.dataDir })
  return one.session
}

async function onRecord({ client }: TestSession, kind: Operation['kind'] = 'scale'): Promise<Operation> {
  for await (const { upserts } of client.stream('operations.watch', {})) {
    const operation = upserts.find((one) => one.kind === kind)
    if (operation !== undefined) return operation
  }
  throw new Error('It is not on record.')
}

function branches({ repo }: LandingScene): readonly string[] {
  return repo.at(repo.remote, 'for-each-ref', '--format=%(refname:short)', 'refs/heads').split('\n')
}

function untouched({ repo }: LandingScene): void {
  expect(repo.git('status', '--porcelain').split('\n')).toEqual(['A  staged.txt', '?? mine.txt'])
  expect(repo.fsck()).toBe('')
  expect(repo.at(repo.remote, 'fsck', '--strict', '--no-progress', '--no-dangling')).toBe('')
}

async function goOn(one: LandingScene, operationId: string): Promise<Operation> {
  const session = await reopen(one)
  await session.client.call('operations.resume', { operationId })
  const operation = await session.ended(operationId)
  await session.close('keep')
  return operation
}

/** Moments that come once take a scene for each kill; the others are died at again and again in one. */
const rounds = (at: Moment) => (onlyOnce.has(at) ? ([kills, 1] as const) : ([1, kills] as const))

async function each(count: number, work: (turn: number) => Promise<void>): Promise<void> {
  for (let turn = 0; turn < count; turn++) await work(turn)
}

test.each(landing)(
  `killed ${kills} times at "%s" while it proposes, it goes on to one branch, and no second one`,
  { timeout: 900_000 },
  async (at) => {
    const [scenesOf, again] = rounds(at)
    await each(scenesOf, async () => {
      const one = await scene()
      const { dataDir } = one.session
      expect(await runAndDie({ do: 'land', dataDir, appId: one.app.id, at })).toBe('SIGKILL')
      const id = await interrupted(one, at === 'wait' ? 'waiting' : 'interrupted')
      await each(again - 1, async () => void (await runAndDie({ do: 'look', dataDir, operationId: id, at })))
      await proposed(one, id)
      await leave(one)
    })
  },
)

test.each(looking)(
  `killed ${kills} times at "%s" when it was merged, it goes on to the end`,
  { timeout: 900_000 },
  async (at) => {
    const [scenesOf, again] = rounds(at)
    await each(scenesOf, async () => {
      const one = await scene()
      const id = await mergedElsewhere(one)
      await each(again, async () =>
        expect(await runAndDie({ do: 'look', dataDir: one.session.dataDir, operationId: id, at })).toBe(
          'SIGKILL',
        ),
      )
      await ended(one, id)
      await leave(one)
    })
  },
)

test.each(during.flatMap((one) => fates.map((fate) => [...one, fate] as const)))(
  `killed ${kills} times in the order to %s, from "%s" on, during "git %s", which %s, it goes on to the end`,
  { timeout: 1_200_000 },
  async (order, at, words, fate) => {
    await each(kills, async (turn) => {
      const one = await scene()
      const { dataDir } = one.session
      const operationId = order === 'look' ? await mergedElsewhere(one) : ''
      const killer = killingGit(one.repo.dir, { fate, words, at: turn })
      const given =
        order === 'look'
          ? ({ do: 'look', dataDir, operationId, at } as const)
          : ({ do: 'land', dataDir, appId: one.app.id, at } as const)
      expect(await runAndDie(given, killer.env)).toBe('SIGKILL')
      await killer.settled()
      for (const lock of [join(one.repo.clone, '.git'), one.repo.remote].flatMap(locksIn)) rmSync(lock)
      if (order === 'look') await ended(one, operationId)
      else await proposed(one, await interrupted(one, 'interrupted'))
      await leave(one)
    })
  },
)

/** What the journal says after a kill. */
async function interrupted(one: LandingScene, expected: Operation['state']): Promise<string> {
  const session = await reopen(one)
  const { id, state } = await onRecord(session)
  expect(state).toBe(expected)
  await session.close('keep')
  return id
}

/** It goes on: one branch with the one commit, and nothing of the user's moved. */
async function proposed(one: LandingScene, id: string): Promise<void> {
  const { repo, base } = one
  const waiting = await goOn(one, id)
  expect([waiting.state, waiting.failure]).toEqual(['waiting', undefined])
  expect(branches(one)).toEqual(['main', waiting.pullRequest?.branch])
  expect([repo.remoteTip(waiting.pullRequest?.branch), repo.remoteTip()]).toEqual([waiting.commit, base])
  untouched(one)
}

/** A proposal that somebody merged by squashing; answers the operation that waits for it. */
async function mergedElsewhere(one: LandingScene): Promise<string> {
  await runAndDie({ do: 'land', dataDir: one.session.dataDir, appId: one.app.id, at: 'wait' })
  const session = await reopen(one)
  const { id, pullRequest } = await onRecord(session)
  await session.close('keep')
  const forge = openForge(one)
  forge('merge', '-q', '--squash', `origin/${pullRequest?.branch}`)
  forge('commit', '-q', '-m', 'Scale web (#7)')
  forge('push', '-q', 'origin', 'main', `:${pullRequest?.branch}`)
  return id
}

async function ended(one: LandingScene, id: string): Promise<void> {
  const { repo } = one
  const done = await goOn(one, id)
  expect([done.state, done.failure, done.pullRequest?.merged]).toEqual(['done', undefined, repo.remoteTip()])
  expect(repo.git('rev-parse', 'main')).toBe(repo.remoteTip())
  expect(branches(one)).toEqual(['main'])
  expect(repo.git('for-each-ref', 'refs/wheelhouse')).toBe('')
  untouched(one)
}

async function leave(one: LandingScene): Promise<void> {
  scenes.splice(scenes.indexOf(one), 1)
  rmSync(one.session.dataDir, { recursive: true, force: true, maxRetries: 5 })
  one.repo.remove()
  return Promise.resolve()
}

test.each(['begin', 'follow', 'moved'] as const)(
  'killed at "%s" while a commit is taken back, it goes on to where the branch was',
  { timeout: 60_000 },
  async (at) => {
    const one = await scene()
    const { repo, base } = one
    let session = await reopen(one)
    await landDraft(one, await scaleDraft(one, 'local'))
    await session.close('keep')
    expect(await runAndDie({ do: 'take-back', dataDir: one.session.dataDir, appId: one.app.id, at })).toBe(
      'SIGKILL',
    )
    session = await reopen(one)
    const operation = await onRecord(session, 'take-back')
    expect(operation.state).toBe('interrupted')
    await session.close('keep')
    const done = await goOn(one, operation.id)
    expect([done.state, done.failure]).toEqual(['done', undefined])
    expect(repo.git('rev-parse', 'main')).toBe(base)
    expect(repo.git('for-each-ref', 'refs/wheelhouse')).toBe('')
    untouched(one)
    await reopen(one)
  },
)
