import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { deployment } from '../helpers/landing-scene.ts'
import { createTestRepo } from '../helpers/repo.ts'
import type { TestRepo } from '../helpers/repo.ts'
import { openApp } from './journey.ts'
import { openPage, serveApp } from './served-app.ts'
import { takePictures } from './served-scene.ts'

let served: Awaited<ReturnType<typeof serveApp>>
let configuration: TestRepo
let source: TestRepo

beforeAll(async () => {
  source = createTestRepo()
  for (const version of ['1.4', '1.5', '1.6']) {
    source.commit(`begin ${version}`, { a: version })
    source.commit(`end ${version}`, { b: version })
    source.git('tag', `v${version}`)
  }
  configuration = createTestRepo()
  for (const version of ['1.4', '1.5', '1.6'])
    configuration.commit(`web: ${version}`, { 'web/web.yaml': deployment(`acme/clone:${version}`, 2) })
  configuration.push()
  const workspace = join(configuration.dir, 'data')
  const app = ['--workspace', workspace, '--repo', configuration.clone, '--path', 'web']
  execFileSync(process.execPath, [
    'out/cli/main.js',
    ...app,
    '--source',
    `acme/clone=${source.clone}`,
    'render',
  ])
  served = await serveApp(['--workspace', workspace])
})
afterAll(async () => {
  await served.stop()
  source.remove()
  configuration.remove()
})

test(
  'a commit tells what is in its upgrade, and the review of the way back what it takes with it',
  { timeout: 180_000 },
  async () => {
    const { page, browser, errors } = await openPage()
    try {
      await openApp(page, served.url, 'web')
      await page.getByRole('tab', { name: 'Timeline' }).click()
      await page.getByText('web: 1.5').first().click()
      await page
        .getByRole('button', { name: 'What is in this upgrade: 2 commits of clone (1.4 → 1.5)' })
        .waitFor()
      const come = page.getByRole('list', { name: 'Come with it' }).getByRole('listitem')
      expect(await come.count()).toBe(2)
      expect(await come.first().innerText()).toMatch(/end 1\.5[^]*Ada Operator/)
      await takePictures(page, 'upgrade')
      await page.getByRole('button', { name: 'Return to this commit' }).click()
      await page
        .getByRole('button', { name: 'What this takes back: 2 commits of clone (1.6 → 1.5)' })
        .waitFor()
      const go = page.getByRole('list', { name: 'Go away' }).getByRole('listitem')
      expect(await go.first().innerText()).toContain('end 1.6')
      await page.getByRole('button', { name: 'Discard' }).click()
      expect(errors).toEqual([])
    } finally {
      await browser.close()
    }
  },
)

test(
  'an image without a source says so, a proposal is named where it is missed, and a version that is not there is said',
  { timeout: 180_000 },
  async () => {
    const { page, browser, errors } = await openPage()
    try {
      await page.goto(served.url)
      await page.getByRole('link', { name: 'Repositories' }).first().click()
      await page.getByRole('button', { name: 'Discover apps' }).first().click()
      await page.getByRole('button', { name: 'Edit web', exact: true }).click()
      const form = page.getByRole('form', { name: 'Edit web' })
      await form.getByRole('button', { name: 'Remove this source' }).click()
      // It is proposed again at once, and not taken by itself.
      await form
        .getByText('acme/clone may be built from clone: the clone clone is called as the image.')
        .waitFor()
      await form.getByRole('button', { name: 'Save app' }).click()
      await page.getByRole('button', { name: 'Open web', exact: true }).click()
      await page.getByRole('tab', { name: 'Timeline' }).click()
      await page.getByText('web: 1.5').first().click()
      await page.getByText('no source clone is named').waitFor()
      source.git('tag', '-d', 'v1.4')
      await page.getByRole('button', { name: 'Name its source clone' }).click()
      const naming = page.getByRole('form', { name: 'Source clone of acme/clone' })
      await naming.getByText('Proposed, since the clone clone is called as the image.').waitFor()
      await naming.getByRole('button', { name: 'Save the source' }).click()
      await page.getByText('SOURCE_VERSION_MISSING').waitFor()
      await page.getByText('Looked in clone for tag 1.4, tag v1.4, tag clone-1.4').waitFor()
      source.git('tag', 'release-1.4', 'v1.5~2')
      source.git('tag', 'release-1.5', 'v1.5')
      await page.getByRole('button', { name: 'Change its source' }).click()
      await naming.getByLabel('Name of its tags').fill('release-{tag}')
      await naming.getByRole('button', { name: 'Save the source' }).click()
      await page.getByRole('button', { name: /What is in this upgrade: 2 commits of clone/ }).waitFor()
      expect(errors).toEqual([])
    } finally {
      await browser.close()
    }
  },
)
