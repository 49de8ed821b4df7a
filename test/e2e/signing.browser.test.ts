import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { gpgKey, has } from '../helpers/gpg-keys.ts'
import { deployment } from '../helpers/landing-scene.ts'
import { createTestRepo } from '../helpers/repo.ts'
import type { TestRepo } from '../helpers/repo.ts'
import { openTestSession } from '../helpers/session.ts'
import { openApp } from './journey.ts'
import { openPage, serveApp } from './served-app.ts'
import type { Served } from './served-app.ts'

// A gpg key with a passphrase, as most people have it: gpg's own pinentry asks, the window says how it will be signed and, afterwards, that it is.
// The ssh key, whose passphrase the window itself asks for, is in credentials.browser.test.ts.

const pictures = join(import.meta.dirname, '../../out/screenshots')
const dataDir = mkdtempSync(join(tmpdir(), 'wheelhouse-e2e-'))
const withGpg = has('gpg')
let repo: TestRepo
let key: ReturnType<typeof gpgKey>
let served: Served

beforeAll(async () => {
  if (!withGpg) return
  mkdirSync(pictures, { recursive: true })
  repo = createTestRepo()
  repo.commit('web: 2 replicas', { 'web/web.yaml': deployment('example/web:1.0', 2) })
  repo.commit('web: 4 replicas', { 'web/web.yaml': deployment('example/web:1.0', 4) })
  repo.push()
  key = gpgKey(repo.dir, 'violets are blue')
  repo.git('config', 'commit.gpgsign', 'true')
  repo.git('config', 'gpg.program', key.program)
  repo.git('config', 'user.signingkey', key.key)
  const session = await openTestSession({ dataDir })
  const { id: cloneId } = await session.client.call('clones.add', { path: repo.clone })
  const { fingerprint } = await session.client.call('clones.inspect', { cloneId })
  await session.client.call('clones.trust', { cloneId, fingerprint })
  const [found] = await session.client.call('apps.discover', { cloneId })
  if (found === undefined) throw new Error('No app was discovered.')
  await session.client.call('apps.add', found.spec)
  await session.close('keep')
  served = await serveApp(['--workspace', dataDir])
})
afterAll(async () => {
  if (!withGpg) return
  await served.stop()
  key.close()
  repo.remove()
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 })
})

test.skipIf(!withGpg)(
  'a commit is signed with gpg, its pinentry asked once, and the timeline shows whose it is (needs gpg)',
  async () => {
    const { page, browser, errors } = await openPage()
    const shots = async (name: string) => {
      for (const theme of ['dark', 'light'] as const) {
        await page.emulateMedia({ colorScheme: theme })
        await page.evaluate(() => document.fonts.ready)
        await page.screenshot({ path: join(pictures, `${name}-${theme}-1280.png`) })
      }
    }
    try {
      await openApp(page, served.url, 'web')
      await page.getByRole('tab', { name: 'Timeline' }).click()
      await page.getByText('web: 2 replicas', { exact: true }).first().click()
      await page.getByRole('button', { name: 'Return to this commit' }).click()
      await page.getByText('Will be signed with gpg', { exact: false }).waitFor()
      await shots('review-signed-gpg')
      await page.getByRole('button', { name: 'Commit to main and push' }).click()
      await page.locator('[data-operation-state=done]').waitFor()
      expect(repo.git('log', '-1', '--format=%G? %GS', repo.remoteTip())).toBe(
        'G Ada Operator <ada@example.com>',
      )
      expect(readFileSync(key.asked, 'utf8')).toBe('asked\n')
      await openApp(page, served.url, 'web')
      await page.getByRole('tab', { name: 'Timeline' }).click()
      await page.getByText('Return web to', { exact: false }).first().click()
      await page.getByText('Ada Operator <ada@example.com>', { exact: false }).nth(1).waitFor()
      await shots('timeline-signed-gpg')
      expect(errors).toEqual([])
    } finally {
      await browser.close()
    }
  },
)
