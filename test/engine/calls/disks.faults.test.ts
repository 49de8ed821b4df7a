import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { CallError } from '#contract'
import type { Draft, Failure, TimelineRow } from '#contract'
import { landDraft, onReceive, openLandingScene, scaleDraft } from '../../helpers/landing-scene.ts'
import type { LandingScene } from '../../helpers/landing-scene.ts'
import { openSmallDisk } from '../../helpers/small-disk.ts'

// A disk that is full or read-only: the code says which place, nothing is lost, what can be read is read, and it goes on when that is mended.

const dataDisk = openSmallDisk('24m')
const cloneDisk = openSmallDisk('8m')
afterAll(() => {
  dataDisk?.remove()
  cloneDisk?.remove()
})

let scene: LandingScene
afterEach(async () => {
  dataDisk?.free()
  cloneDisk?.free()
  await scene.session.close()
  scene.repo.remove()
})

async function failure(call: Promise<unknown>): Promise<Failure> {
  try {
    await call
  } catch (error) {
    if (error instanceof CallError) return error.failure
    throw error
  }
  throw new Error('It ended well.')
}

/** All of the timeline, each row with what it changed. */
async function rows({ session, app }: LandingScene): Promise<readonly TimelineRow[]> {
  const known = new Map<string, TimelineRow>()
  const signal = AbortSignal.timeout(30_000)
  for await (const delta of session.client.stream('timeline.watch', { appId: app.id }, { signal })) {
    for (const row of delta.upserts) known.set(row.commit.oid, row)
    if (delta.ready) return [...known.values()]
  }
  return []
}

describe.skipIf(dataDisk === undefined)('the folder of settings, journal and drafts', () => {
  const disk = dataDisk as NonNullable<typeof dataDisk>
  beforeEach(async () => {
    scene = await openLandingScene({ dataDir: join(disk.path, `data-${Math.random()}`) })
  })

  test.each([
    ['full', 'DISK_FULL', () => disk.fill(0), () => disk.free()],
    ['read-only', 'DISK_FAILED', () => disk.readOnly(true), () => disk.readOnly(false)],
  ] as const)('is %s: nothing is begun that could not be put on record', async (_, code, breaks, mends) => {
    const { repo, base, session } = scene
    const draft = await scaleDraft(scene)
    breaks()
    try {
      const action = { kind: 'return', commit: base } as const
      const refused = [
        await failure(session.client.call('settings.update', { theme: 'dark' })),
        await failure(session.client.call('draft.create', { appId: scene.app.id, action, shared: 'ask' })),
        await landingFailure(draft),
      ]
      expect(refused.map((one) => one?.code)).toEqual([code, code, code])
      for (const one of refused) expect(one?.message).toContain(session.dataDir)
      expect((await rows(scene)).map(({ commit }) => commit.oid)).toEqual([base])
      const shown = await session.client.call('commit.show', { appId: scene.app.id, commit: base })
      expect(shown.files.length).toBeGreaterThan(0)
      expect([repo.remoteTip(), repo.git('rev-parse', 'HEAD')]).toEqual([base, base])
    } finally {
      mends()
    }
    expect((await landDraft(scene, await scaleDraft(scene))).state).toBe('done')
    expect(repo.at(repo.remote, 'rev-list', '--count', 'main')).toBe('2')
    expect((await session.client.call('settings.update', { theme: 'dark' })).theme).toBe('dark')
    expect(repo.fsck()).toBe('')
  })

  test('fills up while a landing is under way: it is on record how far it came, and it goes on', async () => {
    const { repo, base, session } = scene
    // The remote takes the push and fills the disk in the same moment.
    const draft = await scaleDraft(scene)
    onReceive(repo, `dd if=/dev/zero of='${disk.path}/ballast' bs=64k 2>/dev/null; exit 0`)
    const { operationId } = await session.client.call('draft.land', {
      draftId: draft.id,
      fingerprint: draft.fingerprint,
      message: { subject: draft.message.subject, body: draft.message.body },
      acceptNotRendering: false,
    })
    const stopped = session.ended(operationId)
    await until(() => repo.remoteTip() !== base)
    onReceive(repo, 'exit 0')
    disk.free()
    const operation = await stopped
    if (operation.state !== 'done') {
      expect([operation.failure?.code, operation.resumable]).toEqual(['DISK_FULL', true])
      await session.client.call('operations.resume', { operationId })
      expect((await session.ended(operationId)).state).toBe('done')
    }
    expect(repo.at(repo.remote, 'rev-list', '--count', 'main')).toBe('2')
    expect(repo.git('rev-parse', 'HEAD')).toBe(repo.remoteTip())
    expect([repo.git('for-each-ref', 'refs/wheelhouse'), repo.fsck()]).toEqual(['', ''])
  })
})

/** Refused before it is begun, or, where the journal is open for writing still, ended with the same. */
async function landingFailure(draft: Draft): Promise<Pick<Failure, 'code' | 'message'> | undefined> {
  const { session } = scene
  const answer = await landDraft(scene, draft).catch((error: unknown) => error)
  if (answer instanceof CallError) return answer.failure
  const [operation] =
    (await session.client.stream('operations.watch', {})[Symbol.asyncIterator]().next()).value?.upserts ?? []
  return operation?.failure
}

async function until(is: () => boolean): Promise<void> {
  while (!is()) await new Promise((resolve) => setImmediate(resolve))
}

describe.skipIf(cloneDisk === undefined)('the clone', () => {
  const disk = cloneDisk as NonNullable<typeof cloneDisk>
  beforeEach(async () => {
    scene = await openLandingScene({ parent: disk.path })
  })

  test.each(['push', 'local'] as const)(
    'is read-only: it is read and drafted in, and %s changes nothing',
    async (mode) => {
      const { repo, base } = scene
      repo.write({ 'other.txt': 'mine\n' })
      const before = repo.git('status', '--porcelain')
      const draft = await scaleDraft(scene, mode)
      disk.readOnly(true)
      try {
        expect((await rows(scene)).map(({ commit }) => commit.oid)).toEqual([base])
        const again = await scaleDraft(scene, mode, 7)
        expect(again.files.map(({ path }) => path)).toEqual(['web/web.yaml'])
        const operation = await landDraft(scene, draft)
        expect([operation.state, operation.failure?.code, operation.resumable]).toEqual([
          'failed',
          'DISK_FAILED',
          true,
        ])
        expect(operation.failure?.message).toContain(repo.clone)
      } finally {
        disk.readOnly(false)
      }
      expect([repo.remoteTip(), repo.git('rev-parse', 'HEAD')]).toEqual([base, base])
      expect(repo.git('status', '--porcelain')).toBe(before)
      const { session } = scene
      const [operation] =
        (await session.client.stream('operations.watch', {})[Symbol.asyncIterator]().next()).value?.upserts ??
        []
      await session.client.call('operations.resume', { operationId: operation?.id ?? '' })
      expect((await session.ended(operation?.id ?? '')).state).toBe('done')
      expect(readFileSync(join(repo.clone, 'other.txt'), 'utf8')).toBe('mine\n')
      expect([repo.git('for-each-ref', 'refs/wheelhouse'), repo.fsck()]).toEqual(['', ''])
    },
  )
})
