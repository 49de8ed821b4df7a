import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Operation, TimelineRow } from '#contract'
import { deployment, landDraft, openLandingScene, scaleDraft } from '../../helpers/landing-scene.ts'
import type { LandingScene } from '../../helpers/landing-scene.ts'
import { createTestGit } from '../../helpers/repo.ts'

// Clocks are set back, set forward and wrong on other people's machines: what came after what is told by Git and by the journal, not by them.

let scene: LandingScene
beforeEach(async () => {
  scene = await openLandingScene()
})
afterEach(async () => {
  vi.useRealTimers()
  await scene.session.close()
  scene.repo.remove()
})

/** The clock of this process; timers go on as they were. */
function setClock(to: string): void {
  vi.useFakeTimers({ toFake: ['Date'], now: new Date(to) })
}

async function rows(): Promise<readonly TimelineRow[]> {
  const known = new Map<string, TimelineRow>()
  const { session, app } = scene
  for await (const delta of session.client.stream('timeline.watch', { appId: app.id })) {
    for (const row of delta.upserts) known.set(row.commit.oid, row)
    if (delta.ready) break
  }
  return [...known.values()].toSorted((a, b) => a.index - b.index)
}

/** A commit as a machine makes it whose clock says so. */
function commitAt(date: string, replicas: number): string {
  const { repo } = scene
  repo.write({ 'web/web.yaml': deployment('a:1', replicas) })
  const env = ['-c', `user.name=Clock`, '-c', 'user.email=clock@example.com']
  repo.git('add', '-A')
  const tree = repo.git('write-tree')
  const person = `Clock <clock@example.com> ${Math.floor(Date.parse(date) / 1000)} +0000`
  const text = `tree ${tree}\nparent ${repo.git('rev-parse', 'HEAD')}\nauthor ${person}\ncommitter ${person}\n\nreplicas ${replicas}\n`
  repo.write({ commit: text })
  const oid = repo.git(...env, 'hash-object', '-t', 'commit', '-w', 'commit')
  repo.write({ commit: null })
  repo.git('update-ref', 'refs/heads/main', oid)
  return oid
}

test('commits of the future and of long ago stand in the order of the branch, with and without git', async () => {
  const { repo, base } = scene
  const oids = [
    commitAt('2031-01-01T00:00:00Z', 3),
    commitAt('1999-01-01T00:00:00Z', 4),
    commitAt('2026-10-02T00:00:00Z', 6),
    commitAt('1970-01-01T00:00:01Z', 7),
  ]
  repo.push()
  const wanted = [...oids.toReversed(), base]
  expect((await rows()).map(({ commit }) => commit.oid)).toEqual(wanted)
  for (const gitPath of ['git', 'wheelhouse-no-such-git']) {
    const git = createTestGit({ gitPath })
    const opened = await git.open(repo.clone)
    const told: string[] = []
    for await (const { oid } of opened.log({ tip: oids[3] ?? '', firstParent: true, paths: ['web'] }))
      told.push(oid)
    expect(told).toEqual(wanted)
    git.close()
  }
  // Going back over all of them is going back over all of them.
  const { session, app } = scene
  const action = { kind: 'return', commit: base } as const
  const draft = await session.client.call('draft.create', { appId: app.id, action, shared: 'ask' })
  expect((await landDraft(scene, draft)).state).toBe('done')
  expect(repo.git('diff', '--name-only', base, 'HEAD', '--', 'web')).toBe('')
  expect(repo.git('rev-list', '--count', 'HEAD')).toBe('6')
  expect(repo.fsck()).toBe('')
})

test.each([
  ['back', '2001-02-03T04:05:06Z'],
  ['forward', '2061-02-03T04:05:06Z'],
])(
  'the clock is set %s between a draft and its landing: it lands as shown, and the record has it as the newest',
  async (_, date) => {
    const { repo, session, base } = scene
    const first = await landDraft(scene, await scaleDraft(scene, 'push', 3))
    const draft = await scaleDraft(scene, 'push', 4)
    setClock(date)
    const second = await landDraft(scene, draft)
    expect([first.state, second.state]).toEqual(['done', 'done'])
    expect(repo.at(repo.remote, 'rev-list', 'main').split('\n')).toEqual([second.commit, first.commit, base])
    vi.useRealTimers()
    const third = await landDraft(scene, await scaleDraft(scene, 'push', 5))
    const listed = await list()
    expect(listed.map(({ id }) => id)).toEqual([third.id, second.id, first.id])
    const { text } = await session.client.call('operations.export', { format: 'json' })
    expect((JSON.parse(text) as readonly Operation[]).map(({ id }) => id)).toEqual([
      third.id,
      second.id,
      first.id,
    ])
    // An engine that starts with another clock finds the same, and nothing that looks as if it ran still.
    expect(listed.map(({ state }) => state)).toEqual(['done', 'done', 'done'])
    expect((await rows()).map(({ commit }) => commit.oid)).toEqual([
      third.commit,
      second.commit,
      first.commit,
      base,
    ])
  },
)

async function list(): Promise<readonly Operation[]> {
  const stream = scene.session.client.stream('operations.watch', {})
  for await (const { upserts } of stream) return upserts
  return []
}

test('a fetch is planned after the time that was set, however the clock jumps', async () => {
  const { session, app } = scene
  setClock('2001-02-03T04:05:06Z')
  const { cloneId } = app.spec
  const fetched = await session.client.call('clones.fetch', { cloneId })
  expect(fetched.lastFetch?.at).toMatch(/^2001-/)
  setClock('2061-02-03T04:05:06Z')
  // What was fetched sixty years ago, or in sixty years, keeps nobody from fetching now.
  const again = await session.client.call('clones.fetch', { cloneId })
  expect([again.lastFetch?.at.slice(0, 4), again.lastFetch?.failure]).toEqual(['2061', undefined])
})
