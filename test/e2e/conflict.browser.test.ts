import { afterAll, beforeAll, expect, test } from 'vitest'
import { deployment } from '../helpers/landing-scene.ts'
import type { TestRepo } from '../helpers/repo.ts'
import { openApp } from './journey.ts'
import { openPage } from './served-app.ts'
import { openServedScene, settingsWith, takePicture } from './served-scene.ts'
import type { ServedScene } from './served-scene.ts'

// An undo that meets a later change of the same lines, walked as a person does: shown with its sides, half written by hand, landed.

let scene: ServedScene
let repo: TestRepo

beforeAll(async () => {
  scene = await openServedScene({
    prepare: (made) => {
      const commit = (subject: string, replicas: number, mode: string) =>
        made.commit(subject, {
          'web/web.yaml': deployment('example/web:1.0', replicas),
          'web/settings.yaml': settingsWith(mode),
        })
      commit('web: first', 2, 'slow')
      commit('web: 4 replicas, fast', 4, 'fast')
      commit('web: 6 replicas, faster', 6, 'faster')
      made.push()
    },
  })
  repo = scene.repo
})
afterAll(() => scene.close())

test(
  'an undo that conflicts is decided file by file on screen, and lands when all is decided and renders',
  { timeout: 180_000 },
  async () => {
    for (const theme of ['dark', 'light'] as const) {
      const { page, browser, errors } = await openPage({ theme, width: 1280, height: 900 })
      try {
        await openApp(page, scene.url, 'web')
        await page.getByRole('tab', { name: 'Timeline' }).click()
        await page.getByText('web: 4 replicas, fast').first().click()
        await page.getByRole('button', { name: 'Undo this commit' }).click()
        await page.getByText('2 conflicts: later commits changed the same places').waitFor()
        const land = page.getByRole('button', { name: 'Commit to main and push' })
        expect(await land.isDisabled()).toBe(true)
        const settings = page.getByRole('region', { name: 'Conflict in web/settings.yaml' })
        await settings.locator('.cm-editor').first().waitFor()
        await takePicture(page, `conflict-${theme}`)
        await settings.getByRole('button', { name: 'Take the undone state' }).click()
        await page.getByText('1 conflict: later commits changed the same places').waitFor()
        const web = page.getByRole('region', { name: 'Conflict in web/web.yaml' })
        await web.getByRole('button', { name: 'Edit by hand' }).click()
        const text = web.getByRole('textbox', { name: 'Text of web/web.yaml' })
        await web.getByText('3 conflict markers left').waitFor()
        await takePicture(page, `conflict-edit-${theme}`)
        // What does not render does not land either, and says where.
        await text.fill('kind: [')
        await web.getByRole('button', { name: 'Use this text' }).click()
        await page.getByText('RESOLUTION_BROKEN').waitFor()
        expect(await land.isDisabled()).toBe(true)
        const decided = page.getByRole('list', { name: 'Decided conflicts' })
        await decided.getByRole('listitem').filter({ hasText: 'web/web.yaml' }).getByRole('button').click()
        // What was written is still there.
        await expect.poll(() => text.inputValue(), { timeout: 30_000 }).toBe('kind: [')
        await text.fill(deployment('example/web:1.0', theme === 'dark' ? 3 : 5))
        await web.getByRole('button', { name: 'Use this text' }).click()
        await page.getByRole('list', { name: 'Decided conflicts' }).waitFor()
        await expect.poll(() => land.isEnabled(), { timeout: 30_000 }).toBe(true)
        await takePicture(page, `conflict-decided-${theme}`)
        if (theme === 'light') {
          await land.click()
          await page.getByText('done', { exact: true }).first().waitFor()
        }
        expect(errors).toEqual([])
      } finally {
        await browser.close()
      }
    }
    expect(repo.at(repo.remote, 'show', 'main:web/web.yaml')).toContain('replicas: 5')
    expect(repo.at(repo.remote, 'show', 'main:web/settings.yaml')).toContain('mode: slow')
    expect(repo.git('status', '--porcelain')).toBe('')
  },
)
