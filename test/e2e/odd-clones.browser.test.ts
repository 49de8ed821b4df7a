import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { deployment } from '../helpers/landing-scene.ts'
import { createTestRepo } from '../helpers/repo.ts'
import type { TestRepo } from '../helpers/repo.ts'
import { openTestSession } from '../helpers/session.ts'
import { openPage, serveApp } from './served-app.ts'
import type { Served } from './served-app.ts'

// A shallow and a partial clone get what they lack by a button on their card, and not before.

const pictures = join(import.meta.dirname, '../../out/screenshots')
const dataDir = mkdtempSync(join(tmpdir(), 'wheelhouse-e2e-'))
let repo: TestRepo
let served: Served

beforeAll(async () => {
  mkdirSync(pictures, { recursive: true })
  repo = createTestRepo()
  for (const replicas of [1, 2, 3])
    repo.commit(`replicas ${replicas}`, { 'web/web.yaml': deployment('a:1', replicas) })
  repo.push()
  repo.at(repo.remote, 'config', 'uploadpack.allowFilter', 'true')
  repo.at(repo.remote, 'config', 'uploadpack.allowAnySHA1InWant', 'true')
  const session = await openTestSession({ dataDir })
  for (const [name, flags] of [
    ['shallow', ['--depth', '1']],
    ['partial', ['--filter=blob:none', '--sparse', '--no-checkout']],
  ] as const) {
    const path = join(repo.dir, name)
    repo.at(repo.dir, 'clone', '-q', ...flags, `file://${repo.remote}`, path)
    const { id: cloneId } = await session.client.call('clones.add', { path })
    const { fingerprint } = await session.client.call('clones.inspect', { cloneId })
    await session.client.call('clones.trust', { cloneId, fingerprint })
    await session.client.call('apps.add', {
      name: `web-${name}`,
      cloneId,
      path: 'web',
      branch: 'main',
      tool: 'plain',
      cruise: 'off',
    })
  }
  await session.close('keep')
  served = await serveApp(['--workspace', dataDir])
})
afterAll(async () => {
  await served.stop()
  repo.remove()
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 })
})

test('a shallow clone is deepened, a partial one filled, and each says when it has all', async () => {
  const { page, browser, errors } = await openPage({ height: 900 })
  try {
    await page.goto(served.url)
    await page.getByRole('link', { name: 'Repositories' }).first().click()

    await page.getByText('nothing is fetched until you say so', { exact: false }).waitFor()
    for (const theme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme: theme })
      await page.evaluate(() => document.fonts.ready)
      await page.screenshot({ path: join(pictures, `odd-clones-${theme}-1280.png`) })
    }
    await page.getByRole('button', { name: 'Fetch all of it' }).click()
    await page.getByText('A shallow clone', { exact: false }).waitFor({ state: 'hidden' })
    expect(repo.at(join(repo.dir, 'shallow'), 'rev-list', '--count', 'main')).toBe('3')
    await page.getByRole('button', { name: 'Fetch missing files' }).click()
    await page.getByText('All that its apps read is here.', { exact: false }).waitFor()
    const gone = repo.at(join(repo.dir, 'partial'), 'rev-list', '--objects', '--missing=print', 'main')
    expect(gone).not.toContain('?')
    expect(errors).toEqual([])
  } finally {
    await browser.close()
  }
})
