import { afterEach, expect, test } from 'vitest'
import { codeOf, landDraft, openLandingScene, scaleDraft } from '../../helpers/landing-scene.ts'
import type { LandingScene } from '../../helpers/landing-scene.ts'

const scenes: LandingScene[] = []
afterEach(async () => {
  for (const { repo, session } of scenes.splice(0)) {
    await session.close()
    repo.remove()
  }
})

async function scene(): Promise<LandingScene> {
  const one = await openLandingScene()
  scenes.push(one)
  return one
}

function last({ session, app }: LandingScene) {
  return session.client.call('commits.last', { appId: app.id }).then((answer) => answer.last)
}

function takeBack({ session, app }: LandingScene, commit: string) {
  return session.client.call('commits.take-back', { appId: app.id, commit })
}

test('a local landing is shown and taken back, on record as an operation', async () => {
  const one = await scene()
  const { repo, base, session } = one
  expect(await last(one)).toBeUndefined()
  const { commit = '' } = await landDraft(one, await scaleDraft(one, 'local'))
  expect(await last(one)).toMatchObject({ commit, app: 'web', files: ['web/web.yaml'], pushed: false })
  const { operationId } = await takeBack(one, commit)
  const done = await session.ended(operationId)
  expect([done.kind, done.state, done.steps[0]?.state]).toEqual(['take-back', 'done', 'done'])
  expect([repo.git('rev-parse', 'main'), repo.git('status', '--porcelain')]).toEqual([base, ''])
  expect(await codeOf(takeBack(one, commit))).toBe('TAKE_BACK_NOTHING')
})

test('a pushed commit is not taken back: TAKE_BACK_PUSHED before anything is begun', async () => {
  const one = await scene()
  const { commit = '' } = await landDraft(one, await scaleDraft(one, 'push'))
  expect((await last(one))?.pushed).toBe(true)
  expect(await codeOf(takeBack(one, commit))).toBe('TAKE_BACK_PUSHED')
  expect(one.repo.git('rev-parse', 'main')).toBe(commit)
})
