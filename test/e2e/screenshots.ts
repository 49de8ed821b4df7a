import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { openDemoPort } from '#demo'
import { openApp } from './journey.ts'
import { openPage, serveApp } from './served-app.ts'
import { untilStill } from './still.ts'

// `npm run screenshots`: every screen of the demo in both themes and two sizes, into out/screenshots, to be looked at.

const root = join(import.meta.dirname, '../..')
const out = join(root, 'out/screenshots')
const sizes = [
  { width: 1280, height: 800 },
  { width: 1920, height: 1080 },
] as const
const pages = ['Apps', 'Activity', 'Clusters', 'Repositories', 'Settings', 'Doctor'] as const
/** How long nothing moves before a picture is taken. */
const stillMs = 500
const tabs = ['Replicas', 'Timeline', 'Changes', 'Compare', 'Activity'] as const

mkdirSync(out, { recursive: true })
const workspace = mkdtempSync(join(tmpdir(), 'wheelhouse-screens-'))
try {
  const empty = await serveApp(['--workspace', join(workspace, 'empty')])
  await each(async (page, name) => {
    await page.goto(empty.url)
    await settle(page)
    await shot(page, `first-start-${name}`)
  })
  await empty.stop()
  execFileSync(process.execPath, [join(root, 'src/cli/main.ts'), '--workspace', workspace, 'demo'], {
    stdio: 'ignore',
  })
  const served = await serveApp(['--workspace', workspace])
  await each((page, name) => demoScreens(page, served.url, name))
  await served.stop()
} finally {
  await openDemoPort(join(workspace, 'demo')).stop()
  rmSync(workspace, { recursive: true, force: true, maxRetries: 5 })
}
process.stdout.write(`Pictures are in ${out}\n`)

async function each(take: (page: Page, name: string) => Promise<void>): Promise<void> {
  for (const theme of ['dark', 'light'] as const) {
    for (const size of sizes) {
      const { page, browser } = await openPage({ theme, ...size })
      await take(page, `${theme}-${size.width}`)
      await browser.close()
    }
  }
}

async function demoScreens(page: Page, url: string, name: string): Promise<void> {
  await page.goto(url)
  await page.getByText('Degraded').first().waitFor()
  for (const screen of pages) {
    await page.getByRole('link', { name: screen }).first().click()
    await settle(page)
    await shot(page, `${screen.toLowerCase()}-${name}`)
  }
  await openApp(page, url, 'shop-web')
  for (const tab of tabs) {
    await page.getByRole('tab', { name: tab }).click()
    await settle(page)
    await shot(page, `app-${tab.toLowerCase()}-${name}`)
  }
  await page.getByRole('tab', { name: 'Timeline' }).click()
  await page.getByText('web: 1.5.0 to prod').first().click()
  await page.locator('.cm-editor').first().waitFor()
  await settle(page)
  await shot(page, `commit-${name}`)
  await page.getByRole('button', { name: 'Return to this commit' }).click()
  await page.getByRole('button', { name: 'Commit to main and push' }).waitFor()
  await page.locator('.cm-editor').first().waitFor()
  await settle(page)
  await shot(page, `review-${name}`)
  await page.getByRole('button', { name: 'Discard' }).click()
}

/** Lazy parts and streams have come: there is something on the screen, and nothing of it moves. */
async function settle(page: Page): Promise<void> {
  await page.waitForLoadState('networkidle')
  await page.waitForFunction(() => {
    const main = document.querySelector('main')
    const busy = document.querySelector('[aria-busy="true"]') !== null
    return !busy && (main?.innerText.trim().length ?? 0) > 100
  })
  await untilStill(page, stillMs)
}

async function shot(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(out, `${name}.png`) })
}
