import { afterAll, beforeAll, expect, test } from 'vitest'
import { deployment, onReceive, openForge, protectMain } from '../helpers/landing-scene.ts'
import type { TestRepo } from '../helpers/repo.ts'
import { openApp } from './journey.ts'
import { openPage } from './served-app.ts'
import { openServedScene, takePictures } from './served-scene.ts'
import type { ServedScene } from './served-scene.ts'

// A protected branch, walked as a person does: the push is refused, the commit is proposed, its page is a link, the forge squashes it, and the
// local branch follows. The remote is a bare repository with a protecting hook, known by the address of a forge.

const address = 'https://github.com/acme/gitops.git'
let scene: ServedScene
let repo: TestRepo

beforeAll(async () => {
  scene = await openServedScene({
    prepare: (made) => {
      made.commit('web: 2 replicas', { 'web/web.yaml': deployment('example/web:1.0', 2) })
      made.commit('web: 4 replicas', { 'web/web.yaml': deployment('example/web:1.0', 4) })
      made.push()
      onReceive(made, protectMain)
      made.git('config', 'remote.origin.url', address)
      made.git('config', `url.${made.remote}.insteadOf`, address)
    },
  })
  repo = scene.repo
})
afterAll(() => scene.close())

/** The forge's merge button: squashed onto main, past its own protection, and the branch deleted. */
function squash(branch: string): string {
  const at = openForge({ repo })
  at('merge', '-q', '--squash', `origin/${branch}`)
  at('commit', '-q', '-m', 'Return web (#7)')
  at('push', '-q', 'origin', 'main', `:${branch}`)
  return at('rev-parse', 'main')
}

test('a refused push is proposed on a branch, followed over a squash, and the local branch follows', async () => {
  const { page, browser, errors } = await openPage()
  try {
    await openApp(page, scene.url, 'web')
    await page.getByRole('tab', { name: 'Timeline' }).click()
    await page.getByText('web: 2 replicas', { exact: true }).first().click()
    await page.getByRole('button', { name: 'Return to this commit' }).click()
    await page.getByRole('button', { name: 'Commit to main and push' }).click()
    await page.getByText('PUSH_PROTECTED').waitFor()
    await takePictures(page, 'push-protected')
    await page.getByRole('button', { name: 'Propose it on a branch' }).click()

    const card = page.getByRole('group', { name: 'Pull request' })
    await card.waitFor()
    await page.locator('[data-operation-state=waiting]').waitFor()
    const branch = repo.at(repo.remote, 'for-each-ref', '--format=%(refname:short)', 'refs/heads/wheelhouse')
    expect(await card.textContent()).toContain(`origin/${branch} into origin/main`)
    expect(await card.getByRole('link').getAttribute('href')).toBe(
      `https://github.com/acme/gitops/compare/main...${branch}?expand=1`,
    )
    await takePictures(page, 'pull-request-waiting')

    const squashed = squash(branch)
    await page.getByRole('button', { name: 'Look now' }).click()
    await page.locator('[data-operation-state=done]').waitFor()
    await card.getByText(squashed.slice(0, 7)).waitFor()
    expect(repo.git('rev-parse', 'main')).toBe(squashed)
    expect(repo.git('status', '--porcelain')).toBe('')
    await takePictures(page, 'pull-request-merged')
    expect(errors).toEqual([])
  } finally {
    await browser.close()
  }
})

test('chosen in the review, a pull request says where it goes before anything is pushed', async () => {
  onReceive(repo, protectMain)
  const { page, browser, errors } = await openPage()
  try {
    await openApp(page, scene.url, 'web')
    await page.getByRole('tab', { name: 'Timeline' }).click()
    await page.getByText('web: 4 replicas', { exact: true }).first().click()
    await page.getByRole('button', { name: 'Return to this commit' }).click()
    await page.getByText('Pull request', { exact: true }).click()
    const primary = page.getByRole('button', { name: 'Commit and push for a pull request' })
    await primary.waitFor()
    await page.getByText('one click away', { exact: false }).waitFor()
    await page.locator('.cm-editor').first().waitFor()
    await takePictures(page, 'pull-request-review')
    expect(repo.at(repo.remote, 'for-each-ref', '--format=%(refname)')).toBe('refs/heads/main')
    await primary.click()
    await page.locator('[data-operation-state=waiting]').waitFor()
    await page.getByRole('button', { name: 'Stop following' }).click()
    await page.locator('[data-operation-state=cancelled]').waitFor()
    expect(errors).toEqual([])
  } finally {
    await browser.close()
  }
})

test('a commit that only the local branch has is taken back with one key', async () => {
  const { page, browser, errors } = await openPage()
  const before = repo.git('rev-parse', 'main')
  try {
    await openApp(page, scene.url, 'web')
    await page.getByRole('tab', { name: 'Timeline' }).click()
    await page.getByText('web: 4 replicas', { exact: true }).first().click()
    await page.getByRole('button', { name: 'Return to this commit' }).click()
    await page.getByText('Local only', { exact: true }).click()
    await page.getByRole('button', { name: 'Commit to main', exact: true }).click()
    await page.locator('[data-operation-state=done]').waitFor()
    expect(repo.git('rev-parse', 'main^')).toBe(before)
    await page.getByRole('button', { name: 'Take back' }).click()
    await page.getByRole('dialog').getByText('No remote has it', { exact: false }).waitFor()
    await page.getByRole('button', { name: 'Keep it' }).click()
    await page.getByRole('button', { name: 'Open web' }).click()
    await page.getByRole('tab', { name: 'Timeline' }).waitFor()
    await page.keyboard.press('Control+z')
    const dialog = page.getByRole('dialog')
    await dialog.getByText('web/web.yaml').waitFor()
    await takePictures(page, 'take-back')
    await dialog.getByRole('button', { name: 'Take it back' }).click()
    await page.locator('[data-operation-state=done]').waitFor()
    expect(repo.git('rev-parse', 'main')).toBe(before)
    expect(repo.git('status', '--porcelain')).toBe('')
    expect(errors).toEqual([])
  } finally {
    await browser.close()
  }
})
