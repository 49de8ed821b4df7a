import { rmSync } from 'node:fs'
import { afterAll, expect, test } from 'vitest'
import { sharedControlPlane } from '../../control-plane/shared.ts'
import { moments } from './kill-order.ts'
import type { Moment } from './kill-order.ts'
import {
  badLive,
  createScene,
  draftsIn,
  goodLive,
  listOperations,
  runAndDie,
  snapshot,
  userState,
} from './kill-scene.ts'
import type { Scene } from './kill-scene.ts'

const plane = sharedControlPlane()
const scenes: Scene[] = []
afterAll(async () => {
  for (const scene of scenes) {
    await scene.remove()
    rmSync(scene.dataDir, { recursive: true, force: true })
  }
})

async function open(): Promise<Scene> {
  const scene = await createScene(plane)
  scenes.push(scene)
  return scene
}

const all = Object.keys(moments) as Moment[]
const isBefore = (at: Moment, other: Moment) => all.indexOf(at) < all.indexOf(other)
/** Between steps: who goes on does not come here again. */
const once = new Set<Moment>(['begin', 'pushed'])
/** The steps in the order in which they are done. */
const work = ['commit', 'push', 'fast-forward', 'render', 'apply', 'health', 'prune', 'record']

test.concurrent.each(all)(
  'killed again and again at "%s", it says how far it got, loses nothing, and goes on to the right end',
  { timeout: 120_000 },
  async (at) => {
    const scene = await open()
    const before = userState(scene)
    const action = { kind: 'return', commit: scene.good } as const
    expect(await runAndDie({ ...scene.engine, do: 'land', action, at })).toBe('SIGKILL')
    const operationId = await checkInterrupted(scene, at, before)
    for (const _ of once.has(at) ? [] : [2, 3]) {
      expect(await runAndDie({ ...scene.engine, do: 'resume', operationId, at })).toBe('SIGKILL')
      expect(await checkInterrupted(scene, at, before)).toBe(operationId)
    }
    await goOn(scene, operationId, at, before)
  },
)

/** The journal and the world tell the same, and nothing of the user's was touched. */
async function checkInterrupted(scene: Scene, at: Moment, before: unknown): Promise<string> {
  const { repo, base } = scene
  const session = await scene.open()
  const operations = await listOperations(session)
  await session.close('keep')
  const [operation] = operations.filter(({ kind }) => kind === 'return')
  if (operation === undefined) throw new Error('It is not on record.')
  expect(operation).toMatchObject({ state: 'interrupted', resumable: true, cancellable: false })
  const states = work.map((name) => operation.steps.find((step) => step.name === name)?.state ?? '')
  expect(states.join(' ')).toMatch(/^(done ?)*(running ?)?(waiting ?)*$/)
  // A landing waits for its journal at each step; a sync writes there while it works, and may be one ahead.
  const step = work.indexOf(moments[at] ?? '')
  const reached = states.findLastIndex((state) => state !== 'waiting')
  if (isBefore(at, 'outcome') && at !== 'pushed')
    expect([reached, states[reached] ?? 'none']).toEqual([step, step < 0 ? 'none' : 'running'])
  else expect(reached).toBeGreaterThanOrEqual(step)

  const { commit } = operation
  expect(repo.remoteTip()).toBe(isBefore(at, 'pushed') ? base : commit)
  expect(repo.git('rev-parse', 'HEAD')).toBe(isBefore(at, 'release') ? base : commit)
  expect(userState(scene)).toEqual(before)
  expect(repo.fsck()).toBe('')
  expect(repo.at(repo.remote, 'fsck', '--strict', '--no-progress', '--no-dangling')).toBe('')
  const live = await scene.live()
  if (isBefore(at, 'apply')) expect(live).toEqual(badLive)
  if (at === 'record') expect(live).toEqual(goodLive)
  return operation.id
}

type Kept = { readonly operationId: string }

async function goOn(scene: Scene, operationId: string, at: Moment, before: unknown): Promise<void> {
  const { repo, base, good, appId } = scene
  const session = await scene.open()
  await session.client.call('operations.resume', { operationId })
  const operation = await session.ended(operationId)
  expect(operation.failure).toBeUndefined()
  expect(operation.state).toBe('done')
  // Who died between following and saying so finds the branch there.
  const followed = at === 'release' ? 'skipped' : 'done'
  const ended = work.map((name) => (name === 'fast-forward' ? followed : 'done'))
  expect(work.map((name) => operation.steps.find((step) => step.name === name)?.state)).toEqual(ended)
  const { commit = '' } = operation
  expect([repo.remoteTip(), repo.git('rev-parse', 'HEAD')]).toEqual([commit, commit])
  expect(repo.git('rev-list', `${base}..${commit}`)).toBe(commit)
  expect(repo.git('rev-parse', `${commit}:apps`)).toBe(repo.git('rev-parse', `${good}:apps`))
  expect(repo.git('log', '-1', '--format=%B')).toContain(`Wheelhouse-Returns-To: ${good}`)
  expect(userState(scene)).toEqual(before)
  expect([repo.fsck(), repo.git('for-each-ref', 'refs/wheelhouse')]).toEqual(['', ''])
  expect(draftsIn(scene.dataDir)).toEqual([])

  expect(await scene.live()).toEqual(goodLive)
  const parent = await scene.parent()
  expect(Object.keys(parent?.metadata.annotations ?? {})).not.toContain('wheelhouse.app/lock')
  const records = Object.values(parent?.data ?? {}).flatMap((text) => JSON.parse(text) as readonly Kept[])
  expect(records.filter((one) => one.operationId === operationId)).toMatchObject([
    { revision: commit, result: 'succeeded', counts: { complete: 1 } },
  ])
  const plan = await session.client.call('plan.create', { appId })
  expect([plan.revision, plan.changes.filter(({ action }) => action !== 'unchanged')]).toEqual([commit, []])
  await session.close('keep')
}

test(
  'killed in the middle of a draft, three times at each step, it leaves the repository as it was',
  { timeout: 120_000 },
  async () => {
    const scene = await open()
    const before = snapshot(scene.repo.clone)
    const action = { kind: 'return', commit: scene.good } as const
    for (const at of ['building', 'created', 'planned'] as const) {
      for (const _ of [1, 2, 3]) {
        expect(await runAndDie({ ...scene.engine, do: 'draft', action, at })).toBe('SIGKILL')
        expect(snapshot(scene.repo.clone)).toEqual(before)
        expect(draftsIn(scene.dataDir)).toHaveLength(1)
        // Whoever starts next clears up, and has nothing to go on with.
        const session = await scene.open()
        expect(draftsIn(scene.dataDir)).toEqual([])
        expect((await listOperations(session)).map(({ kind, state }) => `${kind} ${state}`)).toEqual([
          'sync done',
        ])
        await session.close('keep')
      }
    }
    expect(scene.repo.fsck()).toBe('')
    expect(await scene.live()).toEqual(badLive)
  },
)
