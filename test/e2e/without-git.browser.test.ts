import { mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { execFileSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fingerprint } from '../hostile/fingerprint.ts'
import { openLandingScene } from '../helpers/landing-scene.ts'
import type { LandingScene } from '../helpers/landing-scene.ts'
import { openPage, serveApp } from './served-app.ts'
import type { Served } from './served-app.ts'
import { takePicture, takePictures } from './served-scene.ts'

// A machine without git: everything is read, a draft is refused with the way out, and git is used as soon as it is there.

const dataDir = mkdtempSync(join(tmpdir(), 'wheelhouse-e2e-'))
const programs = mkdtempSync(join(tmpdir(), 'wheelhouse-bin-'))
let scene: LandingScene
let served: Served

beforeAll(async () => {
  scene = await openLandingScene({ dataDir })
  scene.repo.commit('two', { 'web/web.yaml': `${'# two\n'}${scene.repo.git('show', 'HEAD:web/web.yaml')}\n` })
  scene.repo.push()
  await scene.session.close('keep')
  served = await serveApp(['--workspace', dataDir], 0, { env: { PATH: programs } })
})
afterAll(async () => {
  await served.stop()
  scene.repo.remove()
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 })
  rmSync(programs, { recursive: true, force: true })
})

test('the timeline is read, a draft is refused, and git is used when it comes', async () => {
  const { page, browser, errors } = await openPage({ height: 900 })
  const before = fingerprint(scene.repo.clone)
  try {
    await page.goto(`${served.url}`)
    await page.getByText('Read-only: git was not found.', { exact: false }).waitFor()
    await page.getByRole('link', { name: scene.app.spec.name }).first().click()
    await page.getByRole('tab', { name: 'Timeline' }).click()
    await page.getByText('one', { exact: true }).first().click()
    await page.getByRole('button', { name: 'Return to this commit' }).waitFor()
    await takePictures(page, 'without-git')
    await page.getByRole('button', { name: 'Return to this commit' }).click()
    await page.getByText('git is not on this machine').first().waitFor()
    await page.getByText('GIT_MISSING').first().waitFor()
    await takePicture(page, 'without-git-refused-light')
    expect(fingerprint(scene.repo.clone)).toBe(before)
    await page.getByRole('button', { name: 'Open doctor' }).last().click()
    await page.getByText('Clones can be read meanwhile', { exact: false }).waitFor()
    const git = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim()
    symlinkSync(git, join(programs, 'git'))
    // It looks by itself as well, and may have been first.
    await page
      .getByRole('button', { name: 'Look again' })
      .click({ timeout: 3_000 })
      .catch(() => undefined)
    await page.getByText('Read-only: git was not found.', { exact: false }).waitFor({ state: 'hidden' })
    await page.goBack()
    await page.goBack()
    await page.getByRole('button', { name: 'Return to this commit' }).click()
    await page.getByRole('button', { name: 'Commit to main and push' }).waitFor()
    expect(errors).toEqual([])
  } finally {
    await browser.close()
  }
})
