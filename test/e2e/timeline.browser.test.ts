import { afterAll, beforeAll, expect, test } from 'vitest'
import { deployment } from '../helpers/landing-scene.ts'
import type { TestRepo } from '../helpers/repo.ts'
import { signWithSsh } from '../helpers/sign-with-ssh.ts'
import { addTrusted, plainApp } from '../helpers/trusted.ts'
import { openApp, timelineRow as row } from './journey.ts'
import { openPage } from './served-app.ts'
import { openServedScene, settingsWith, takePicture } from './served-scene.ts'
import type { ServedScene } from './served-scene.ts'

// An app whose folder moved, with branches beside: what its timeline shows, and a way back across the move.

let scene: ServedScene
let repo: TestRepo

beforeAll(async () => {
  scene = await openServedScene({
    prepare: makeHistory,
    add: async (session, { clone }) => {
      await session.client.call('apps.add', plainApp(await addTrusted(session, clone), 'web', 'prod/web'))
    },
  })
  repo = scene.repo
})
afterAll(() => scene.close())

function makeHistory(made: TestRepo): void {
  made.commit('web: first', {
    'web/web.yaml': deployment('example/web:1.0', 2),
    'web/settings.yaml': settingsWith('slow'),
  })
  made.commit('web: 4 replicas', { 'web/web.yaml': deployment('example/web:1.0', 4) })
  made.write({ 'prod/NOTES': '1\n' })
  made.git('mv', 'web', 'prod/web')
  made.commit('tidy the folders', {})
  made.git('switch', '-q', '-c', 'feature/faster')
  made.commit('web: fast', { 'prod/web/settings.yaml': settingsWith('fast') })
  made.git('switch', '-q', 'main')
  signWithSsh(made, '')
  made.commit('web: 1.1', { 'prod/web/web.yaml': deployment('example/web:1.1', 4) })
  made.git('config', '--unset', 'commit.gpgsign')
  made.git('switch', '-q', '-c', 'hotfix')
  made.commit('web: 5 replicas', { 'prod/web/web.yaml': deployment('example/web:1.1', 5) })
  made.git('switch', '-q', 'main')
  made.git('merge', '-q', '--no-ff', '-m', 'Merge hotfix', 'hotfix')
  made.push()
}

test('the timeline goes on before the move, across branches and by path, and leads back', async () => {
  const { page, browser, errors } = await openPage({ theme: 'dark' })
  await openApp(page, scene.url, 'web')
  await page.getByRole('tab', { name: 'Timeline' }).click()
  await row(page, 'tidy the folders').getByText('moved here from web').waitFor()
  await row(page, 'web: 4 replicas').getByText('lived at web').waitFor()
  await expect.poll(() => row(page, 'web: fast').isVisible()).toBe(false)

  await row(page, 'web: 1.1').getByLabel('the signature is good').waitFor()
  expect(await row(page, 'web: 4 replicas').getByLabel('Signed').count()).toBe(0)
  await row(page, 'web: 1.1').click()
  await page.getByText('by ada@example.com').waitFor()
  await takePicture(page, 'timeline-signed-dark')
  await page.getByRole('button', { name: 'Filter' }).click()
  await page.getByRole('menuitemcheckbox', { name: 'all branches' }).click()
  await row(page, 'web: fast').getByText('feature/faster').waitFor()
  await row(page, 'web: 5 replicas').getByText('merged', { exact: true }).waitFor()
  await takePicture(page, 'timeline-branches-menu-dark')
  await page.keyboard.press('Escape')
  await row(page, 'web: fast').click()
  await page.getByText('This commit is only on feature/faster').waitFor()
  expect(await page.getByRole('button', { name: 'Undo this commit' }).isVisible()).toBe(false)
  await takePicture(page, 'timeline-branches-dark')

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
  await takePicture(page, 'timeline-moved-light')
  await page.getByRole('button', { name: 'Return to this commit' }).click()
  const button = page.getByRole('button', { name: 'Commit to main and push' })
  await expect.poll(() => button.isEnabled(), { timeout: 30_000 }).toBe(true)
  await button.click()
  const then = repo.git('rev-parse', 'main~3:web')
  await expect.poll(() => repo.at(repo.remote, 'rev-parse', 'main:prod/web'), { timeout: 30_000 }).toBe(then)
  expect(errors).toEqual([])
  await browser.close()
})
