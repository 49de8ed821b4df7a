import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Page } from '@playwright/test'
import { serveRepository } from '../helpers/http-remote.ts'
import type { HttpRemote } from '../helpers/http-remote.ts'
import { deployment } from '../helpers/landing-scene.ts'
import type { TestRepo } from '../helpers/repo.ts'
import { signWithSsh } from '../helpers/sign-with-ssh.ts'
import { openApp } from './journey.ts'
import { openPage } from './served-app.ts'
import { openServedScene, takePictures } from './served-scene.ts'
import type { ServedScene } from './served-scene.ts'

// A remote over HTTP that wants a password and a key that wants its passphrase, walked as a person does: both are asked for in the window.

const password = 'open-sesame-41'
const passphrase = 'violets are blue'
let scene: ServedScene
let repo: TestRepo
let http: HttpRemote

beforeAll(async () => {
  scene = await openServedScene({
    prepare: async (made) => {
      made.commit('web: 2 replicas', { 'web/web.yaml': deployment('example/web:1.0', 2) })
      made.commit('web: 4 replicas', { 'web/web.yaml': deployment('example/web:1.0', 4) })
      made.push()
      http = await serveRepository(made.remote, `ada:${password}`)
      made.git('remote', 'set-url', 'origin', http.url)
      made.git('config', 'credential.helper', '')
      signWithSsh(made, passphrase)
    },
  })
  repo = scene.repo
})
afterAll(async () => {
  await scene.close()
  await http.close()
})

/** Types into the one field of the open dialog and sends it with the keyboard. */
async function answer(page: Page, title: string, label: string, text: string): Promise<void> {
  const dialog = page.getByRole('dialog', { name: title })
  await dialog.waitFor()
  await dialog.getByLabel(label, { exact: true }).fill(text)
  await page.keyboard.press('Enter')
}

async function review(page: Page): Promise<void> {
  await openApp(page, scene.url, 'web')
  await page.getByRole('tab', { name: 'Timeline' }).click()
  await page.getByText('web: 2 replicas', { exact: true }).first().click()
  await page.getByRole('button', { name: 'Return to this commit' }).click()
  await page.getByText('Will be signed with ssh', { exact: false }).waitFor()
}

test('a key and a remote ask in the window; refused once, the right password lands a signed commit', async () => {
  const { page, browser, errors } = await openPage()
  try {
    await review(page)
    await takePictures(page, 'review-signed')
    await page.getByRole('button', { name: 'Commit to main and push' }).click()
    await page.getByRole('dialog', { name: 'The key is locked' }).waitFor()
    await takePictures(page, 'asked-passphrase')
    await answer(page, 'The key is locked', 'Passphrase', passphrase)
    await answer(page, 'The remote asks who you are', 'User name', 'ada')
    await page.getByRole('dialog', { name: 'The remote wants a password' }).waitFor()
    await takePictures(page, 'asked-password')
    await answer(page, 'The remote wants a password', 'Password or token', 'wrong')
    await page.getByText('The answer before was refused.').waitFor()
    await answer(page, 'The remote asks who you are', 'User name', 'ada')
    await page.getByText('The password before was refused.').waitFor()
    await takePictures(page, 'asked-password-again')
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
    await openApp(page, scene.url, 'web')
    await page.getByRole('link', { name: 'Repositories' }).first().click()
    await page.getByRole('button', { name: 'Fetch', exact: true }).click()
    const dialog = page.getByRole('dialog', { name: 'The remote asks who you are' })
    await dialog.waitFor()
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'hidden' })
    await page.locator('button:not([data-loading])', { hasText: /^Fetch$/ }).waitFor()
    await takePictures(page, 'asked-cancelled')
    expect(errors).toEqual([])
  } finally {
    await browser.close()
  }
})
