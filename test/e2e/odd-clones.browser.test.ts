import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { deployment } from '../helpers/landing-scene.ts'
import type { TestRepo } from '../helpers/repo.ts'
import { addTrusted, plainApp } from '../helpers/trusted.ts'
import { openPage } from './served-app.ts'
import { openServedScene, takePictures } from './served-scene.ts'
import type { ServedScene } from './served-scene.ts'

// A shallow and a partial clone get what they lack by a button on their card, and not before.

const kinds = {
  shallow: ['--depth', '1'],
  partial: ['--filter=blob:none', '--sparse', '--no-checkout'],
} as const
let scene: ServedScene
let repo: TestRepo

beforeAll(async () => {
  scene = await openServedScene({
    prepare: (made) => {
      for (const replicas of [1, 2, 3])
        made.commit(`replicas ${replicas}`, { 'web/web.yaml': deployment('a:1', replicas) })
      made.push()
      made.at(made.remote, 'config', 'uploadpack.allowFilter', 'true')
      made.at(made.remote, 'config', 'uploadpack.allowAnySHA1InWant', 'true')
      for (const [name, flags] of Object.entries(kinds))
        made.at(made.dir, 'clone', '-q', ...flags, `file://${made.remote}`, name)
    },
    add: async (session, { dir }) => {
      for (const name of Object.keys(kinds)) {
        const cloneId = await addTrusted(session, join(dir, name))
        await session.client.call('apps.add', plainApp(cloneId, `web-${name}`, 'web'))
      }
    },
  })
  repo = scene.repo
})
afterAll(() => scene.close())

test('a shallow clone is deepened, a partial one filled, and each says when it has all', async () => {
  const { page, browser, errors } = await openPage({ height: 900 })
  try {
    await page.goto(scene.url)
    await page.getByRole('link', { name: 'Repositories' }).first().click()

    await page.getByText('nothing is fetched until you say so', { exact: false }).waitFor()
    await takePictures(page, 'odd-clones')
    await page.getByRole('button', { name: 'Fetch all of it' }).click()
    await page.getByText('A shallow clone', { exact: false }).waitFor({ state: 'hidden' })
    expect(repo.at(join(repo.dir, 'shallow'), 'rev-list', '--count', 'main')).toBe('3')
    await page.getByRole('button', { name: 'Fetch missing files' }).click()
    await page.getByText('All that its apps read is here.', { exact: false }).waitFor()
    const gone = repo.at(join(repo.dir, 'partial'), 'rev-list', '--objects', '--missing=print', 'main')
    expect(gone).not.toContain('?')
    expect(errors).toEqual([])
  } finally {
    await browser.close()
  }
})
