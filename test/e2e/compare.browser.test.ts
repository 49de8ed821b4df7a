import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openApp } from './journey.ts'
import { openPage } from './served-app.ts'
import { openServedDemo } from './served-demo.ts'
import type { ServedDemo } from './served-demo.ts'

let served: ServedDemo

beforeAll(async () => {
  served = await openServedDemo()
}, 120_000)
afterAll(() => served.close())

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
