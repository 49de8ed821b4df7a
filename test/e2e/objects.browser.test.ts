import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestRepo } from '../helpers/repo.ts'
import type { TestRepo } from '../helpers/repo.ts'
import { openTestSession } from '../helpers/session.ts'
import { openApp } from './journey.ts'
import { openPage, serveApp } from './served-app.ts'
import type { Served } from './served-app.ts'

// One object of a commit that changed several in one file is ticked and undone alone.

const pictures = join(import.meta.dirname, '../../out/screenshots')
const dataDir = mkdtempSync(join(tmpdir(), 'wheelhouse-e2e-'))
const config = (name: string, value: number) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n  namespace: shop\ndata:\n  value: "${value}"\n`
const all = (...values: readonly number[]) =>
  ['limits', 'flags', 'prices'].map((name, at) => config(name, values[at] ?? 0)).join('---\n')
let repo: TestRepo
let served: Served

beforeAll(async () => {
  mkdirSync(pictures, { recursive: true })
  repo = createTestRepo()
  repo.commit('first', { 'shop/all.yaml': all(1, 1, 1) })
  repo.commit('all at once', { 'shop/all.yaml': all(2, 2, 2) })
  repo.push()
  const session = await openTestSession({ dataDir })
  const { id: cloneId } = await session.client.call('clones.add', { path: repo.clone })
  const [found] = await session.client.call('apps.discover', { cloneId })
  if (found === undefined) throw new Error('No app was discovered.')
  await session.client.call('apps.add', found.spec)
  await session.close('keep')
  served = await serveApp(['--workspace', dataDir])
})
afterAll(async () => {
  await served.stop()
  repo.remove()
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 })
})

test('an object of a commit is ticked, undone, and the rest of its file stays', async () => {
  const { page, browser, errors } = await openPage({ height: 1100 })
  const shots = async (name: string) => {
    for (const theme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme: theme })
      await page.evaluate(() => document.fonts.ready)
      await page.screenshot({ path: join(pictures, `${name}-${theme}-1280.png`) })
    }
  }
  try {
    await openApp(page, served.url, 'shop')
    await page.getByRole('tab', { name: 'Timeline' }).click()
    await page.getByText('all at once', { exact: true }).first().click()
    const manifests = page.getByRole('region', { name: 'Manifests' })
    await manifests.getByRole('checkbox').nth(1).check()
    await page.getByRole('button', { name: 'Undo this object' }).scrollIntoViewIfNeeded()
    await shots('commit-objects')
    await page.getByRole('button', { name: 'Undo this object' }).click()
    await page.getByRole('button', { name: 'Commit to main and push' }).waitFor()
    await shots('review-objects')
    await page.getByRole('button', { name: 'Commit to main and push' }).click()
    await page.locator('[data-operation-state=done]').waitFor()
    const landed = `${repo.at(repo.remote, 'show', 'main:shop/all.yaml')}\n`
    expect([all(1, 2, 2), all(2, 1, 2), all(2, 2, 1)]).toContain(landed)
    expect(errors).toEqual([])
  } finally {
    await browser.close()
  }
})
