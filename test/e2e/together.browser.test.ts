import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { deployment } from '../helpers/landing-scene.ts'
import { createTestRepo } from '../helpers/repo.ts'
import type { TestRepo } from '../helpers/repo.ts'
import { openTestSession } from '../helpers/session.ts'
import { openApp } from './journey.ts'
import { openPage, serveApp } from './served-app.ts'
import type { Served } from './served-app.ts'

// Several commits undone as one, part of a commit, and two apps that return together: walked as a person does.

const pictures = join(import.meta.dirname, '../../out/screenshots')
const dataDir = mkdtempSync(join(tmpdir(), 'wheelhouse-e2e-'))
let repo: TestRepo
let served: Served

const settings = (value: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: settings }\ndata: { mode: ${value} }\n`

beforeAll(async () => {
  mkdirSync(pictures, { recursive: true })
  repo = createTestRepo()
  repo.commit('all: first', {
    'prod/web/web.yaml': deployment('example/web:1.0', 2),
    'prod/web/settings.yaml': settings('slow'),
    'prod/api/api.yaml': deployment('example/api:1.0', 2),
  })
  repo.commit('web: 4 replicas', { 'prod/web/web.yaml': deployment('example/web:1.0', 4) })
  repo.commit('web: fast', { 'prod/web/settings.yaml': settings('fast') })
  repo.commit('all: 1.1, slower', {
    'prod/web/web.yaml': deployment('example/web:1.1', 4),
    'prod/web/settings.yaml': settings('slower'),
    'prod/api/api.yaml': deployment('example/api:1.1', 2),
  })
  repo.push()
  const session = await openTestSession({ dataDir })
  const { id: cloneId } = await session.client.call('clones.add', { path: repo.clone })
  const { fingerprint } = await session.client.call('clones.inspect', { cloneId })
  await session.client.call('clones.trust', { cloneId, fingerprint })
  const spec = { cloneId, branch: 'main', tool: 'plain', cruise: 'off' } as const
  for (const name of ['web', 'api'])
    await session.client.call('apps.add', { ...spec, name, path: `prod/${name}` })
  await session.close('keep')
  served = await serveApp(['--workspace', dataDir])
})
afterAll(async () => {
  await served.stop()
  repo.remove()
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 })
})

const row = (page: Page, subject: string) => page.getByRole('button', { name: new RegExp(subject) }).first()

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
      await openApp(page, served.url, 'web')
      await page.getByRole('tab', { name: 'Timeline' }).click()
      await row(page, 'all: 1.1, slower').click()
      await row(page, 'web: fast').click({ modifiers: ['ControlOrMeta'] })
      await page.getByText('2 commits picked').waitFor()
      await page.screenshot({ path: join(pictures, `together-picked-${theme}.png`) })
      await page.getByRole('button', { name: 'Undo 2 commits' }).click()
      await page.getByRole('button', { name: 'Commit to main and push' }).waitFor()
      await page.getByText('mode: slow').first().waitFor()
      if (theme === 'light') {
        await land(page)
        expect(landed('prod/web/settings.yaml')).toBe(settings('slow'))
        expect(landed('prod/web/web.yaml')).toBe(deployment('example/web:1.0', 4))
        expect(landed('prod/api/api.yaml')).toBe(deployment('example/api:1.1', 2))
      } else await page.getByRole('button', { name: 'Discard' }).click()
      await openApp(page, served.url, 'web')
      await page.getByRole('tab', { name: 'Timeline' }).click()
      await row(page, 'all: 1.1, slower').click()
      await page.getByRole('checkbox', { name: 'Choose prod/web/settings.yaml' }).check()
      await page.getByRole('button', { name: 'Undo this file' }).waitFor()
      await page.screenshot({ path: join(pictures, `together-files-${theme}.png`) })
      await row(page, 'all: first').click()
      await page.getByRole('button', { name: 'Return to this commit' }).click()
      await page.getByLabel('Other apps that return in the same commit').first().click()
      await page.getByRole('option', { name: 'api' }).click()
      await page.keyboard.press('Escape')
      await page.getByRole('list', { name: 'Apps that return too' }).getByText('api').waitFor()
      await expect
        .poll(() => page.getByRole('textbox', { name: 'Subject' }).inputValue())
        .toMatch(/^Return web, api to /)
      await page.screenshot({ path: join(pictures, `together-return-${theme}.png`) })
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
