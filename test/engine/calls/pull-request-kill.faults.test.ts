import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import type { Operation } from '#contract'
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

const times = 2
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

async function runAndDie(order: ProposerOrder): Promise<string | null> {
  const helper = join(import.meta.dirname, '../../helpers/proposer.ts')
  const child = spawn(process.execPath, [helper, JSON.stringify(order)], { stdio: 'ignore' })
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

test.each(landing)(
  'killed at "%s" while it proposes, it goes on to one branch, and no second one',
  { timeout: 60_000 },
  async (at) => {
    const one = await scene()
    const { repo, base } = one
    const { dataDir } = one.session
    expect(await runAndDie({ do: 'land', dataDir, appId: one.app.id, at })).toBe('SIGKILL')
    let session = await reopen(one)
    const { id, state } = await onRecord(session)
    expect(state).toBe(at === 'wait' ? 'waiting' : 'interrupted')
    await session.close('keep')
    for (let again = 1; again < times && !onlyOnce.has(at); again++)
      await runAndDie({ do: 'look', dataDir, operationId: id, at })
    const waiting = await goOn(one, id)
    expect([waiting.state, waiting.failure]).toEqual(['waiting', undefined])
    expect(branches(one)).toEqual(['main', waiting.pullRequest?.branch])
    expect([repo.remoteTip(waiting.pullRequest?.branch), repo.remoteTip()]).toEqual([waiting.commit, base])
    untouched(one)
    session = await reopen(one)
  },
)

test.each(looking)(
  'killed at "%s" when it was merged, it goes on to the end',
  { timeout: 60_000 },
  async (at) => {
    const one = await scene()
    const { repo } = one
    const { dataDir } = one.session
    await runAndDie({ do: 'land', dataDir, appId: one.app.id, at: 'wait' })
    const session = await reopen(one)
    const { id, pullRequest } = await onRecord(session)
    await session.close('keep')
    const forge = openForge(one)
    forge('merge', '-q', '--squash', `origin/${pullRequest?.branch}`)
    forge('commit', '-q', '-m', 'Scale web (#7)')
    forge('push', '-q', 'origin', 'main', `:${pullRequest?.branch}`)
    for (let again = 0; again < (onlyOnce.has(at) ? 1 : times); again++)
      expect(await runAndDie({ do: 'look', dataDir, operationId: id, at })).toBe('SIGKILL')
    const done = await goOn(one, id)
    expect([done.state, done.failure, done.pullRequest?.merged]).toEqual([
      'done',
      undefined,
      repo.remoteTip(),
    ])
    expect(repo.git('rev-parse', 'main')).toBe(repo.remoteTip())
    expect(branches(one)).toEqual(['main'])
    expect(repo.git('for-each-ref', 'refs/wheelhouse')).toBe('')
    untouched(one)
    await reopen(one)
  },
)

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
