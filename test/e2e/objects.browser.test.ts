import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TestRepo } from '../helpers/repo.ts'
import { plainApp } from '../helpers/trusted.ts'
import { openApp } from './journey.ts'
import { openPage } from './served-app.ts'
import { openServedScene, takePictures } from './served-scene.ts'
import type { ServedScene } from './served-scene.ts'

// One object of a commit that changed several in one file is ticked and undone alone.

const config = (name: string, value: number) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n  namespace: shop\ndata:\n  value: "${value}"\n`
const all = (...values: readonly number[]) =>
  ['limits', 'flags', 'prices'].map((name, at) => config(name, values[at] ?? 0)).join('---\n')
let scene: ServedScene
let repo: TestRepo

beforeAll(async () => {
  scene = await openServedScene({
    prepare: (made) => {
      made.commit('first', { 'shop/all.yaml': all(1, 1, 1) })
      made.commit('all at once', { 'shop/all.yaml': all(2, 2, 2) })
      made.push()
    },
    // Nobody trusted the clone: what names no program lands without it.
    add: async ({ client }, { clone }) => {
      const { id: cloneId } = await client.call('clones.add', { path: clone })
      await client.call('apps.add', plainApp(cloneId, 'shop'))
    },
  })
  repo = scene.repo
})
afterAll(() => scene.close())

test('an object of a commit is ticked, undone, and the rest of its file stays', async () => {
  const { page, browser, errors } = await openPage({ height: 1100 })
  try {
    await openApp(page, scene.url, 'shop')
    await page.getByRole('tab', { name: 'Timeline' }).click()
    await page.getByText('all at once', { exact: true }).first().click()
    const manifests = page.getByRole('region', { name: 'Manifests' })
    await manifests.getByRole('checkbox').nth(1).check()
    await page.getByRole('button', { name: 'Undo this object' }).scrollIntoViewIfNeeded()
    await takePictures(page, 'commit-objects')
    await page.getByRole('button', { name: 'Undo this object' }).click()
    await page.getByRole('button', { name: 'Commit to main and push' }).waitFor()
    await takePictures(page, 'review-objects')
    await page.getByRole('button', { name: 'Commit to main and push' }).click()
    await page.locator('[data-operation-state=done]').waitFor()
    const landed = `${repo.at(repo.remote, 'show', 'main:shop/all.yaml')}\n`
    expect([all(1, 2, 2), all(2, 1, 2), all(2, 2, 1)]).toContain(landed)
    expect(errors).toEqual([])
  } finally {
    await browser.close()
  }
})
