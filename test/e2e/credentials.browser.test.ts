import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { serveRepository } from '../helpers/http-remote.ts'
import type { HttpRemote } from '../helpers/http-remote.ts'
import { deployment } from '../helpers/landing-scene.ts'
import { createTestRepo } from '../helpers/repo.ts'
import type { TestRepo } from '../helpers/repo.ts'
import { openTestSession } from '../helpers/session.ts'
import { openApp } from './journey.ts'
import { openPage, serveApp } from './served-app.ts'
import type { Served } from './served-app.ts'

// A remote over HTTP that wants a password and a key that wants its passphrase, walked as a person does: both are asked for in the window.

const pictures = join(import.meta.dirname, '../../out/screenshots')
const dataDir = mkdtempSync(join(tmpdir(), 'wheelhouse-e2e-'))
const password = 'open-sesame-41'
const passphrase = 'violets are blue'
let repo: TestRepo
let http: HttpRemote
let served: Served

beforeAll(async () => {
  mkdirSync(pictures, { recursive: true })
  repo = createTestRepo()
  repo.commit('web: 2 replicas', { 'web/web.yaml': deployment('example/web:1.0', 2) })
  repo.commit('web: 4 replicas', { 'web/web.yaml': deployment('example/web:1.0', 4) })
  repo.push()
  http = await serveRepository(repo.remote, `ada:${password}`)
  repo.git('remote', 'set-url', 'origin', http.url)
  repo.git('config', 'credential.helper', '')
  signWithSsh()
  const session = await openTestSession({ dataDir })
  const { id: cloneId } = await session.client.call('clones.add', { path: repo.clone })
  const { fingerprint } = await session.client.call('clones.inspect', { cloneId })
  await session.client.call('clones.trust', { cloneId, fingerprint })
  await session.client.call('apps.add', {
    name: 'web',
    cloneId,
    path: 'web',
    branch: 'main',
    tool: 'plain',
    cruise: 'off',
  })
  await session.close('keep')
  served = await serveApp(['--workspace', dataDir])
})
afterAll(async () => {
  await served.stop()
  await http.close()
  repo.remove()
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 })
})

function signWithSsh(): void {
  const key = join(repo.dir, 'key')
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', passphrase, '-C', 'ada', '-f', key])
  const allowed = join(repo.dir, 'allowed')
  writeFileSync(allowed, `ada@example.com ${readFileSync(`${key}.pub`, 'utf8')}`)
  repo.git('config', 'commit.gpgsign', 'true')
  repo.git('config', 'gpg.format', 'ssh')
  repo.git('config', 'user.signingkey', key)
  repo.git('config', 'gpg.ssh.allowedSignersFile', allowed)
}

async function shots(page: Page, name: string): Promise<void> {
  for (const theme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme: theme })
    await page.evaluate(() => document.fonts.ready)
    await page.screenshot({ path: join(pictures, `${name}-${theme}-1280.png`) })
  }
}

/** Types into the one field of the open dialog and sends it with the keyboard. */
async function answer(page: Page, title: string, label: string, text: string): Promise<void> {
  const dialog = page.getByRole('dialog', { name: title })
  await dialog.waitFor()
  await dialog.getByLabel(label, { exact: true }).fill(text)
  await page.keyboard.press('Enter')
}

async function review(page: Page): Promise<void> {
  await openApp(page, served.url, 'web')
  await page.getByRole('tab', { name: 'Timeline' }).click()
  await page.getByText('web: 2 replicas', { exact: true }).first().click()
  await page.getByRole('button', { name: 'Return to this commit' }).click()
  await page.getByText('Will be signed with ssh', { exact: false }).waitFor()
}

test('a key and a remote ask in the window; refused once, the right password lands a signed commit', async () => {
  const { page, browser, errors } = await openPage()
  try {
    await review(page)
    await shots(page, 'review-signed')
    await page.getByRole('button', { name: 'Commit to main and push' }).click()
    await page.getByRole('dialog', { name: 'The key is locked' }).waitFor()
    await shots(page, 'asked-passphrase')
    await answer(page, 'The key is locked', 'Passphrase', passphrase)
    await answer(page, 'The remote asks who you are', 'User name', 'ada')
    await page.getByRole('dialog', { name: 'The remote wants a password' }).waitFor()
    await shots(page, 'asked-password')
    await answer(page, 'The remote wants a password', 'Password or token', 'wrong')
    await page.getByText('The answer before was refused.').waitFor()
    await answer(page, 'The remote asks who you are', 'User name', 'ada')
    await page.getByText('The password before was refused.').waitFor()
    await shots(page, 'asked-password-again')
    await answer(page, 'The remote wants a password', 'Password or token', password)
    await page.locator('[data-operation-state=done]').waitFor()
    expect(repo.git('log', '-1', '--format=%G? %GS', repo.remoteTip())).toBe('G ada@example.com')
    expect(errors).toEqual([])
  } finally {
    await browser.close()
  }
})

test('Escape in the dialog cancels what asked', async () => {
  const { page, browser, errors } = await openPage()
  try {
    await openApp(page, served.url, 'web')
    await page.getByRole('link', { name: 'Repositories' }).first().click()
    await page.getByRole('button', { name: 'Fetch', exact: true }).click()
    const dialog = page.getByRole('dialog', { name: 'The remote asks who you are' })
    await dialog.waitFor()
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'hidden' })
    await page.locator('button:not([data-loading])', { hasText: /^Fetch$/ }).waitFor()
    await shots(page, 'asked-cancelled')
    expect(errors).toEqual([])
  } finally {
    await browser.close()
  }
})
