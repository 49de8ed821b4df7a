import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
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

// An app whose folder moved, with branches beside: what its timeline shows, and a way back across the move.

const pictures = join(import.meta.dirname, '../../out/screenshots')
const dataDir = mkdtempSync(join(tmpdir(), 'wheelhouse-e2e-'))
let repo: TestRepo
let served: Served

const settings = (value: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: settings }\ndata: { mode: ${value} }\n`

function signWithSsh(): void {
  const key = join(repo.dir, 'key')
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'ada', '-f', key])
  writeFileSync(join(repo.dir, 'allowed'), `ada@example.com ${readFileSync(`${key}.pub`, 'utf8')}`)
  repo.git('config', 'gpg.format', 'ssh')
  repo.git('config', 'user.signingkey', key)
  repo.git('config', 'gpg.ssh.allowedSignersFile', join(repo.dir, 'allowed'))
  repo.git('config', 'commit.gpgsign', 'true')
}

beforeAll(async () => {
  mkdirSync(pictures, { recursive: true })
  repo = createTestRepo()
  repo.commit('web: first', {
    'web/web.yaml': deployment('example/web:1.0', 2),
    'web/settings.yaml': settings('slow'),
  })
  repo.commit('web: 4 replicas', { 'web/web.yaml': deployment('example/web:1.0', 4) })
  repo.write({ 'prod/NOTES': '1\n' })
  repo.git('mv', 'web', 'prod/web')
  repo.commit('tidy the folders', {})
  repo.git('switch', '-q', '-c', 'feature/faster')
  repo.commit('web: fast', { 'prod/web/settings.yaml': settings('fast') })
  repo.git('switch', '-q', 'main')
  signWithSsh()
  repo.commit('web: 1.1', { 'prod/web/web.yaml': deployment('example/web:1.1', 4) })
  repo.git('config', '--unset', 'commit.gpgsign')
  repo.git('switch', '-q', '-c', 'hotfix')
  repo.commit('web: 5 replicas', { 'prod/web/web.yaml': deployment('example/web:1.1', 5) })
  repo.git('switch', '-q', 'main')
  repo.git('merge', '-q', '--no-ff', '-m', 'Merge hotfix', 'hotfix')
  repo.push()
  const session = await openTestSession({ dataDir })
  const { id: cloneId } = await session.client.call('clones.add', { path: repo.clone })
  const { fingerprint } = await session.client.call('clones.inspect', { cloneId })
  await session.client.call('clones.trust', { cloneId, fingerprint })
  const spec = { cloneId, branch: 'main', tool: 'plain', cruise: 'off' } as const
  await session.client.call('apps.add', { ...spec, name: 'web', path: 'prod/web' })
  await session.close('keep')
  served = await serveApp(['--workspace', dataDir])
})
afterAll(async () => {
  await served.stop()
  repo.remove()
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 })
})

const row = (page: Page, subject: string) => page.getByRole('button', { name: new RegExp(subject) }).first()

test('the timeline goes on before the move, across branches and by path, and leads back', async () => {
  const { page, browser, errors } = await openPage({ theme: 'dark' })
  await openApp(page, served.url, 'web')
  await page.getByRole('tab', { name: 'Timeline' }).click()
  await row(page, 'tidy the folders').getByText('moved here from web').waitFor()
  await row(page, 'web: 4 replicas').getByText('lived at web').waitFor()
  await expect.poll(() => row(page, 'web: fast').isVisible()).toBe(false)

  await row(page, 'web: 1.1').getByLabel('the signature is good').waitFor()
  expect(await row(page, 'web: 4 replicas').getByLabel('Signed').count()).toBe(0)
  await row(page, 'web: 1.1').click()
  await page.getByText('by ada@example.com').waitFor()
  await page.screenshot({ path: join(pictures, 'timeline-signed-dark.png') })
  await page.getByRole('button', { name: 'Filter' }).click()
  await page.getByRole('menuitemcheckbox', { name: 'all branches' }).click()
  await row(page, 'web: fast').getByText('feature/faster').waitFor()
  await row(page, 'web: 5 replicas').getByText('merged', { exact: true }).waitFor()
  await page.screenshot({ path: join(pictures, 'timeline-branches-menu-dark.png') })
  await page.keyboard.press('Escape')
  await row(page, 'web: fast').click()
  await page.getByText('This commit is only on feature/faster').waitFor()
  expect(await page.getByRole('button', { name: 'Undo this commit' }).isVisible()).toBe(false)
  await page.screenshot({ path: join(pictures, 'timeline-branches-dark.png') })

  const search = page.getByLabel('Search the timeline')
  await search.fill('path:settings.yaml')
  await row(page, 'web: 4 replicas').waitFor({ state: 'detached' })
  await row(page, 'web: first').waitFor()
  await search.fill('path:nowhere')
  await page.getByText('No commit touched this path').waitFor()
  await search.fill('')

  await row(page, 'web: 4 replicas').click()
  await page.emulateMedia({ colorScheme: 'light' })
  await page.getByRole('button', { name: 'Return to this commit' }).waitFor()
  await page.screenshot({ path: join(pictures, 'timeline-moved-light.png') })
  await page.getByRole('button', { name: 'Return to this commit' }).click()
  const button = page.getByRole('button', { name: 'Commit to main and push' })
  await expect.poll(() => button.isEnabled(), { timeout: 30_000 }).toBe(true)
  await button.click()
  const then = repo.git('rev-parse', 'main~3:web')
  await expect.poll(() => repo.at(repo.remote, 'rev-parse', 'main:prod/web'), { timeout: 30_000 }).toBe(then)
  expect(errors).toEqual([])
  await browser.close()
})
