import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import type { Input } from '#contract'
import { blameOf } from './blame.ts'
import { draftOf, operationAt, planOf, shared } from './drafts.ts'
import { createStage } from './handlers.ts'
import type { Stage } from './handlers.ts'
import { createHarness } from './open.ts'
import { good, manyRows, older, prodContext, row, workspace } from './world.ts'

/** Pictures of every screen, to be looked at: `node test/renderer/harness/screens.ts FOLDER [name]`. */
type Screen = {
  readonly name: string
  readonly route: string
  readonly set?: (stage: Stage) => void
  readonly act?: (page: Page) => Promise<void>
}

const review = async (page: Page) => {
  await page.getByRole('button', { name: 'Return to this commit' }).click()
  await page.getByRole('button', { name: 'Commit to main and push' }).waitFor()
  await page.locator('.cm-content').first().waitFor()
}
const timelineRoute = `/app/app-web/timeline/${good.oid}`

const screens: readonly Screen[] = [
  {
    name: 'start',
    route: '/apps',
    set: (stage) => {
      stage.workspace.set({ ...workspace, clones: [], apps: [] })
      stage.apps.set([])
      stage.answers['about.get'] = () => ({
        version: '0.1.0',
        mode: 'browser',
        platform: 'linux',
        canPickFolder: true,
        demo: 'available',
      })
    },
  },
  { name: 'apps', route: '/apps', set: (stage) => stage.apps.set([row, ...manyRows(1000)]) },
  {
    name: 'replicas',
    route: '/app/app-web/replicas',
    act: async (page) => {
      await page.getByRole('button', { name: 'More: Replicas of web', exact: true }).click()
    },
  },
  { name: 'timeline', route: '/app/app-web/timeline' },
  {
    name: 'commit',
    route: timelineRoute,
    act: (page) => page.locator('.cm-content').first().waitFor(),
  },
  {
    name: 'commit-with-marks',
    route: `/app/app-web/timeline/${older.oid}`,
    act: (page) => page.locator('.cm-content').first().waitFor(),
  },
  {
    name: 'changes',
    route: '/app/app-web/changes',
    act: (page) => page.getByRole('button', { name: /Deployment\/web/ }).click(),
  },
  {
    name: 'blame-changes',
    route: '/app/app-web/changes',
    act: async (page) => {
      await page
        .getByRole('button', { name: /Deployment\/web/ })
        .first()
        .click()
      await page.getByRole('button', { name: /^Where from\? .*image$/ }).click()
      await page.getByLabel('Origins').getByText('newTag').waitFor()
    },
  },
  {
    name: 'blame-replicas',
    route: '/app/app-web/replicas',
    act: async (page) => {
      await page.getByRole('button', { name: /^Where from\? Deployment\/web / }).click()
      await page.getByText('count: 3').waitFor()
    },
  },
  {
    name: 'blame-commit',
    route: timelineRoute,
    act: async (page) => {
      // Both editors are there: the second one's field has its place.
      await page.locator('.cm-content').nth(1).waitFor()
      await page.getByRole('button', { name: /^Where from\? / }).click()
      await page.getByLabel('Origins').getByText('newTag').waitFor()
    },
  },
  {
    name: 'blame-unproved',
    route: '/app/app-web/replicas',
    set: (stage) => {
      stage.answers['blame.field'] = (input: Input<'blame.field'>) => blameOf({ ...input, path: '.args[0]' })
    },
    act: async (page) => {
      await page.getByRole('button', { name: /^Where from\? Deployment\/web / }).click()
      await page.getByText('not proved').waitFor()
    },
  },
  { name: 'review', route: timelineRoute, act: review },
  {
    name: 'review-questions',
    route: timelineRoute,
    set: (stage) => {
      stage.workspace.set({
        ...workspace,
        contexts: [{ ...prodContext, name: 'shop-staging' }],
      })
      stage.answers['draft.create'] = () =>
        draftOf({ kind: 'return', commit: good.oid }, { shared, needs: ['shared'] })
      stage.answers['draft.plan'] = () => planOf()
    },
    act: review,
  },
  {
    name: 'operation',
    route: '/operation/op-1',
    set: (stage) => stage.operations.set([operationAt(6)]),
  },
  {
    name: 'activity',
    route: '/activity',
    set: (stage) =>
      stage.operations.set([
        operationAt(6),
        operationAt(9, { id: 'op-2', title: 'Scale web 3 -> 5', kind: 'scale' }),
        operationAt(3, { id: 'op-3', state: 'interrupted', resumable: true, title: 'Undo 1.4.2' }),
        operationAt(2, {
          id: 'op-4',
          state: 'failed',
          failure: { code: 'PUSH_REJECTED', message: 'origin/main has newer commits.' },
        }),
      ]),
  },
  { name: 'clusters', route: '/clusters' },
  {
    name: 'repositories',
    route: '/repositories/clone-1',
    set: (stage) =>
      stage.workspace.set({
        ...workspace,
        clones: workspace.clones.map((clone) => ({ ...clone, trusted: false })),
      }),
  },
  {
    name: 'left-lock',
    route: '/repositories/clone-1',
    set: (stage) => {
      stage.answers['git.state'] = () => ({ state: 'missing' })
      const leftLock = {
        path: '/home/ada/src/gitops/.git/index.lock',
        token: '1-2-3-0',
        since: '2026-11-20T09:00:00Z',
      }
      stage.workspace.set({
        ...workspace,
        clones: workspace.clones.map((clone) => ({ ...clone, leftLock })),
      })
    },
  },
  { name: 'settings', route: '/settings' },
  { name: 'doctor', route: '/doctor' },
  { name: 'keys', route: '/apps', act: (page) => page.keyboard.press('?') },
]

const [folder = '/tmp/wheelhouse-screens', only] = process.argv.slice(2)
await mkdir(folder, { recursive: true })
const harness = await createHarness()
for (const screen of screens.filter(({ name }) => only === undefined || only.split(',').includes(name))) {
  for (const look of [
    { dark: true, width: 1280, height: 800 },
    { dark: false, width: 1280, height: 800 },
    { dark: true, width: 1920, height: 1080 },
    // 200 % zoom of the smaller size.
    { dark: false, width: 640, height: 400 },
  ]) {
    const stage = createStage()
    screen.set?.(stage)
    const { page, complaints, close } = await harness.open({ ...look, stage, route: screen.route })
    await page.getByRole('main').locator('h1, h2').first().waitFor()
    await screen.act?.(page)
    await page.evaluate(() => document.fonts.ready)
    const name = `${screen.name}-${look.dark ? 'dark' : 'light'}-${look.width}.png`
    await page.screenshot({ path: join(folder, name) })
    for (const complaint of complaints) console.log(`${name}: ${complaint}`)
    await close()
  }
}
await harness.close()
