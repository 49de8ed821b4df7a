import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDemoPort } from '#demo'
import { openApp } from './journey.ts'
import { openPage, serveApp } from './served-app.ts'

let served: Awaited<ReturnType<typeof serveApp>>
const workspace = mkdtempSync(join(tmpdir(), 'wheelhouse-upgrade-'))
const source = join(workspace, 'demo/web')

beforeAll(async () => {
  execFileSync(process.execPath, ['out/cli/main.js', '--workspace', workspace, 'demo'])
  served = await serveApp(['--workspace', workspace])
}, 120_000)
afterAll(async () => {
  await served.stop()
  await openDemoPort(join(workspace, 'demo')).stop()
  rmSync(workspace, { recursive: true, force: true, maxRetries: 5 })
})

test(
  'a commit tells what is in its upgrade, and the review of the way back what it takes with it',
  { timeout: 180_000 },
  async () => {
    const { page, browser, errors } = await openPage()
    try {
      await openApp(page, served.url, 'shop-web')
      await page.getByRole('tab', { name: 'Timeline' }).click()
      await page.getByText('web: 1.5.0 to prod').first().click()
      await page
        .getByRole('button', { name: 'What is in this upgrade: 5 commits of web (1.4.0 → 1.5.0)' })
        .waitFor()
      const come = page.getByRole('list', { name: 'Come with it' }).getByRole('listitem')
      expect(await come.count()).toBe(5)
      expect(await come.first().innerText()).toMatch(/Less JavaScript on the first page[^]*Yuki Tanaka/)
      await page.getByRole('button', { name: 'Return to this commit' }).click()
      await page
        .getByRole('button', { name: 'What this takes back: 5 commits of web (1.6.0-crash → 1.5.0)' })
        .waitFor()
      const go = page.getByRole('list', { name: 'Go away' }).getByRole('listitem')
      expect(await go.first().innerText()).toContain('checkout: drop the old pages')
      await page.getByRole('button', { name: 'Discard' }).click()
      expect(errors).toEqual([])
    } finally {
      await browser.close()
    }
  },
)

test(
  'an image without a source says so, a proposal is named where it is missed, and a version that is not there is said',
  { timeout: 180_000 },
  async () => {
    const git = (...args: readonly string[]) => execFileSync('git', ['-C', source, ...args])
    const { page, browser, errors } = await openPage()
    try {
      await page.goto(served.url)
      await page.getByRole('link', { name: 'Repositories' }).first().click()
      await page
        .getByRole('region', { name: 'shop-config' })
        .getByRole('button', { name: 'Discover apps' })
        .click()
      await page.getByRole('button', { name: 'Edit shop-web', exact: true }).click()
      const form = page.getByRole('form', { name: 'Edit shop-web' })
      await form.getByRole('button', { name: 'Remove this source' }).click()
      // It is proposed again at once, and not taken by itself.
      await form
        .getByText('registry.shop.example/web may be built from web: the clone web is called as the image.')
        .waitFor()
      await form.getByRole('button', { name: 'Save app' }).click()
      await page.getByRole('button', { name: 'Open shop-web', exact: true }).click()
      await page.getByRole('tab', { name: 'Timeline' }).click()
      await page.getByText('web: 1.5.0 to prod').first().click()
      await page.getByText('no source clone is named').waitFor()
      git('tag', '-d', 'v1.4.0')
      await page.getByRole('button', { name: 'Name its source clone' }).click()
      const naming = page.getByRole('form', { name: 'Source clone of registry.shop.example/web' })
      await naming.getByText('Proposed, since the clone web is called as the image.').waitFor()
      await naming.getByRole('button', { name: 'Save the source' }).click()
      await page.getByText('SOURCE_VERSION_MISSING').waitFor()
      await page.getByText('Looked in web for tag 1.4.0, tag v1.4.0, tag web-1.4.0').waitFor()
      git('tag', 'release-1.4.0', 'v1.5.0~5')
      git('tag', 'release-1.5.0', 'v1.5.0')
      await page.getByRole('button', { name: 'Change its source' }).click()
      await naming.getByLabel('Name of its tags').fill('release-{tag}')
      await naming.getByRole('button', { name: 'Save the source' }).click()
      await page.getByRole('button', { name: /What is in this upgrade: 5 commits of web/ }).waitFor()
      expect(errors).toEqual([])
    } finally {
      await browser.close()
    }
  },
)
