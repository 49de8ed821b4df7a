import { afterAll, beforeAll, expect, test } from 'vitest'
import { openApp } from './journey.ts'
import { openPage } from './served-app.ts'
import { openServedDemo } from './served-demo.ts'
import type { ServedDemo } from './served-demo.ts'
import { takePictures } from './served-scene.ts'

let served: ServedDemo

beforeAll(async () => {
  served = await openServedDemo()
}, 120_000)
afterAll(() => served.close())

test(
  'a count and an image are traced to their lines and commits, by keyboard, and a commit leads to the timeline',
  { timeout: 120_000 },
  async () => {
    const { page, browser, errors } = await openPage()
    try {
      await openApp(page, served.url, 'shop-web')
      const count = page.getByRole('button', { name: 'Where from? Deployment/web .spec.replicas' })
      await count.focus()
      await page.keyboard.press('Enter')
      const origins = page.getByRole('list', { name: 'Origins' })
      await origins.getByText('count: 3').waitFor({ timeout: 60_000 })
      expect(await origins.textContent()).toContain('apps/shop-web/overlays/prod/kustomization.yaml:9')
      await page.keyboard.press('Escape')
      await origins.waitFor({ state: 'hidden' })
      expect(await count.evaluate((button) => button === document.activeElement)).toBe(true)

      // A base's image and an overlay's tag share the value: both are told, with "and" between them.
      await page.getByRole('tab', { name: 'Compare' }).click()
      const from = page.getByLabel('From', { exact: true }).first()
      await from.fill('main~6')
      await from.press('Enter')
      const to = page.getByLabel('To', { exact: true }).first()
      await to.fill('main')
      await to.press('Enter')
      await page.locator('.cm-content').nth(1).waitFor({ timeout: 60_000 })
      await page.getByRole('button', { name: /^Where from\? Deployment\/web .*image$/ }).click()
      await origins.getByText('newTag: 1.6.0-crash').waitFor({ timeout: 60_000 })
      const told = await origins.textContent()
      await takePictures(page, 'blame')
      expect(told).toMatch(/base\/deployment\.yaml:16.*base: a part of it.*and.*kustomization: a part of it/)
      await origins.getByRole('link').last().click()
      await page.getByRole('heading', { name: 'web: 1.6.0' }).waitFor({ timeout: 60_000 })
      expect(page.url()).toMatch(/\/timeline\/[0-9a-f]{40}$/)

      // On the commit's own page the field is asked about at that commit.
      await page.locator('.cm-content').nth(1).waitFor({ timeout: 60_000 })
      await page.getByRole('button', { name: /^Where from\? Deployment\/web .*image$/ }).click()
      await origins.getByText('newTag: 1.6.0-crash').waitFor({ timeout: 60_000 })
      expect(errors).toEqual([])
    } finally {
      await browser.close()
    }
  },
)
