import type { Page } from '@playwright/test'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { deployment } from '../helpers/landing-scene.ts'
import type { TestRepo } from '../helpers/repo.ts'
import { addTrusted, plainApp } from '../helpers/trusted.ts'
import { openApp, timelineRow as row } from './journey.ts'
import { openPage } from './served-app.ts'
import { openServedScene, settingsWith, takePicture } from './served-scene.ts'
import type { ServedScene } from './served-scene.ts'

// Several commits undone as one, part of a commit, and two apps that return together: walked as a person does.

let scene: ServedScene
let repo: TestRepo

beforeAll(async () => {
  scene = await openServedScene({
    prepare: makeHistory,
    add: async (session, { clone }) => {
      const cloneId = await addTrusted(session, clone)
      for (const name of ['web', 'api'])
        await session.client.call('apps.add', plainApp(cloneId, name, `prod/${name}`))
    },
  })
  repo = scene.repo
})
afterAll(() => scene.close())

function makeHistory(made: TestRepo): void {
  made.commit('all: first', {
    'prod/web/web.yaml': deployment('example/web:1.0', 2),
    'prod/web/settings.yaml': settingsWith('slow'),
    'prod/api/api.yaml': deployment('example/api:1.0', 2),
  })
  made.commit('web: 4 replicas', { 'prod/web/web.yaml': deployment('example/web:1.0', 4) })
  made.commit('web: fast', { 'prod/web/settings.yaml': settingsWith('fast') })
  made.commit('all: 1.1, slower', {
    'prod/web/web.yaml': deployment('example/web:1.1', 4),
    'prod/web/settings.yaml': settingsWith('slower'),
    'prod/api/api.yaml': deployment('example/api:1.1', 2),
  })
  made.push()
}

async function land(page: Page): Promise<void> {
  const button = page.getByRole('button', { name: 'Commit to main and push' })
  await expect.poll(() => button.isEnabled(), { timeout: 30_000 }).toBe(true)
  await button.click()
  await page.getByText('done', { exact: true }).first().waitFor()
}
const landed = (path: string) => `${repo.at(repo.remote, 'show', `main:${path}`)}\n`

test.each(['dark', 'light'] as const)(
  'commits, files and apps that go back together, in the %s theme',
  { timeout: 180_000 },
  async (theme) => {
    const { page, browser, errors } = await openPage({ theme, width: 1280, height: 900 })
    try {
      await openApp(page, scene.url, 'web')
      await page.getByRole('tab', { name: 'Timeline' }).click()
      await row(page, 'all: 1.1, slower').click()
      await row(page, 'web: fast').click({ modifiers: ['ControlOrMeta'] })
      await page.getByText('2 commits picked').waitFor()
      await takePicture(page, `together-picked-${theme}`)
      await page.getByRole('button', { name: 'Undo 2 commits' }).click()
      await page.getByRole('button', { name: 'Commit to main and push' }).waitFor()
      await page.getByText('mode: slow').first().waitFor()
      if (theme === 'light') {
        await land(page)
        expect(landed('prod/web/settings.yaml')).toBe(settingsWith('slow'))
        expect(landed('prod/web/web.yaml')).toBe(deployment('example/web:1.0', 4))
        expect(landed('prod/api/api.yaml')).toBe(deployment('example/api:1.1', 2))
      } else await page.getByRole('button', { name: 'Discard' }).click()
      await openApp(page, scene.url, 'web')
      await page.getByRole('tab', { name: 'Timeline' }).click()
      await row(page, 'all: 1.1, slower').click()
      await page.getByRole('checkbox', { name: 'Choose prod/web/settings.yaml' }).check()
      await page.getByRole('button', { name: 'Undo this file' }).waitFor()
      await takePicture(page, `together-files-${theme}`)
      await row(page, 'all: first').click()
      await page.getByRole('button', { name: 'Return to this commit' }).click()
      await page.getByLabel('Other apps that return in the same commit').first().click()
      await page.getByRole('option', { name: 'api' }).click()
      await page.keyboard.press('Escape')
      await page.getByRole('list', { name: 'Apps that return too' }).getByText('api').waitFor()
      await expect
        .poll(() => page.getByRole('textbox', { name: 'Subject' }).inputValue())
        .toMatch(/^Return web, api to /)
      await takePicture(page, `together-return-${theme}`)
      if (theme === 'light') {
        await land(page)
        expect(landed('prod/api/api.yaml')).toBe(deployment('example/api:1.0', 2))
        expect(landed('prod/web/web.yaml')).toBe(deployment('example/web:1.0', 2))
      }
      expect(errors).toEqual([])
    } finally {
      await browser.close()
    }
  },
)
