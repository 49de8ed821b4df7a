import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execFileSync } from 'node:child_process'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDemoPort } from '#demo'
import { openApp } from './journey.ts'
import { openPage, serveApp } from './served-app.ts'

let served: Awaited<ReturnType<typeof serveApp>>
const workspace = mkdtempSync(join(tmpdir(), 'wheelhouse-compare-'))

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
  'two sides are chosen by name, compared in what they mean, swapped and exported',
  { timeout: 120_000 },
  async () => {
    const { page, browser, errors } = await openPage()
    try {
      await openApp(page, served.url, 'shop-web')
      await page.getByRole('tab', { name: 'Compare' }).click()
      await page.getByText('Nothing differs').waitFor()
      const from = page.getByLabel('From', { exact: true }).first()
      await from.fill('main~6')
      await from.press('Enter')
      await page.getByText('1 object, 2 files').waitFor()
      // The address holds the two: a reload and a link show the same.
      await page.reload()
      await page.getByText('1 object, 2 files').waitFor()
      const chips = () =>
        page
          .getByText(/image .+ → /)
          .first()
          .textContent()
      const forth = await chips()
      await page.getByRole('button', { name: 'Swap the sides' }).click()
      await expect.poll(chips, { timeout: 30_000 }).not.toBe(forth)
      await page.getByRole('button', { name: 'Export' }).click()
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('menuitem', { name: 'Markdown' }).click(),
      ])
      const text = readFileSync(await download.path(), 'utf8')
      expect(text).toMatch(
        /^# shop-web: the work tree -> main~6 \([0-9a-f]{7}\)\n\n- \*\*Deployment\/web\*\* changed: image /,
      )
      await from.fill('nowhere')
      await from.press('Enter')
      await page.getByText('nowhere is no commit').waitFor()
      expect(errors).toEqual([])
    } finally {
      await browser.close()
    }
  },
)
