import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { gpgKey, has } from '../helpers/gpg-keys.ts'
import { deployment } from '../helpers/landing-scene.ts'
import type { TestRepo } from '../helpers/repo.ts'
import { openApp } from './journey.ts'
import { openPage } from './served-app.ts'
import { openServedScene, takePictures } from './served-scene.ts'
import type { ServedScene } from './served-scene.ts'

// A gpg key with a passphrase, as most people have it: gpg's own pinentry asks, the window says how it will be signed and, afterwards, that it is.
// The ssh key, whose passphrase the window itself asks for, is in credentials.browser.test.ts.

const withGpg = has('gpg')
let scene: ServedScene
let repo: TestRepo
let key: ReturnType<typeof gpgKey>

beforeAll(async () => {
  if (!withGpg) return
  scene = await openServedScene({
    prepare: (made) => {
      made.commit('web: 2 replicas', { 'web/web.yaml': deployment('example/web:1.0', 2) })
      made.commit('web: 4 replicas', { 'web/web.yaml': deployment('example/web:1.0', 4) })
      made.push()
      key = gpgKey(made.dir, 'violets are blue')
      made.git('config', 'commit.gpgsign', 'true')
      made.git('config', 'gpg.program', key.program)
      made.git('config', 'user.signingkey', key.key)
    },
  })
  repo = scene.repo
})
afterAll(async () => {
  if (!withGpg) return
  key.close()
  await scene.close()
})

test.skipIf(!withGpg)(
  'a commit is signed with gpg, its pinentry asked once, and the timeline shows whose it is (needs gpg)',
  async () => {
    const { page, browser, errors } = await openPage()
    try {
      await openApp(page, scene.url, 'web')
      await page.getByRole('tab', { name: 'Timeline' }).click()
      await page.getByText('web: 2 replicas', { exact: true }).first().click()
      await page.getByRole('button', { name: 'Return to this commit' }).click()
      await page.getByText('Will be signed with gpg', { exact: false }).waitFor()
      await takePictures(page, 'review-signed-gpg')
      await page.getByRole('button', { name: 'Commit to main and push' }).click()
      await page.locator('[data-operation-state=done]').waitFor()
      expect(repo.git('log', '-1', '--format=%G? %GS', repo.remoteTip())).toBe(
        'G Ada Operator <ada@example.com>',
      )
      expect(readFileSync(key.asked, 'utf8')).toBe('asked\n')
      await openApp(page, scene.url, 'web')
      await page.getByRole('tab', { name: 'Timeline' }).click()
      await page.getByText('Return web to', { exact: false }).first().click()
      await page.getByText('Ada Operator <ada@example.com>', { exact: false }).nth(1).waitFor()
      await takePictures(page, 'timeline-signed-gpg')
      expect(errors).toEqual([])
    } finally {
      await browser.close()
    }
  },
)
