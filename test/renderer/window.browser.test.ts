import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from '@playwright/test'
import { expect as see } from '@playwright/test'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AppError } from '#contract'
import { draftOf, operationAt, planOf, shared } from './harness/drafts.ts'
import type { Stage } from './harness/handlers.ts'
import { createHarness } from './harness/open.ts'
import type { Harness, OpenOptions, Opened } from './harness/open.ts'
import { good, manyRows, pod, prodContext, row, timeline, workloads, workspace } from './harness/world.ts'

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core'), 'utf8')
const toCommit = `/app/app-web/timeline/${good.oid}`

let harness: Harness
beforeAll(async () => {
  harness = await createHarness()
})
afterAll(() => harness.close())

async function inWindow(options: OpenOptions, look: (opened: Opened) => Promise<void>): Promise<void> {
  const opened = await harness.open(options)
  try {
    await look(opened)
    expect(opened.complaints).toEqual([])
  } finally {
    await opened.close()
  }
}

function inputOf(stage: Stage, name: string): unknown {
  return stage.sent.findLast((one) => one.name === name)?.input
}
const calmPlan = () => planOf({ changes: planOf().changes.slice(0, 1), counts: { create: 1 } })

describe('the way back', () => {
  it('goes from the timeline over the review to the steps, sending what was shown', () =>
    inWindow({ route: '/app/app-web/timeline' }, async ({ page, stage }) => {
      stage.answers['draft.plan'] = () => ({ ...calmPlan(), id: 'p', fingerprint: 'pf' })
      await page.getByRole('button', { name: /web: 1\.5\.0 to prod/ }).click()
      await page.getByRole('button', { name: 'Return to this commit' }).click()
      await page.getByRole('button', { name: 'Commit to main and push' }).click()
      const steps = page.getByRole('list', { name: 'Steps' }).getByRole('listitem')
      await see(steps.filter({ hasText: 'Committed' })).toHaveAttribute('data-state', 'done')
      expect(inputOf(stage, 'draft.create')).toEqual({
        appId: 'app-web',
        action: { kind: 'return', commit: good.oid },
        shared: 'ask',
      })
      expect(inputOf(stage, 'draft.land')).toMatchObject({
        draftId: 'draft-1',
        fingerprint: 'draft-fingerprint',
        sync: { planId: 'p', fingerprint: 'pf' },
      })
      stage.operations.set([operationAt(9)])
      await see(steps.filter({ hasText: 'Healthy' })).toHaveAttribute('data-state', 'done')
    }))

  it('begins at the last known good commit by one key, with the reason', () =>
    inWindow({ route: '/app/app-web/replicas' }, async ({ page }) => {
      await see(page.getByRole('tab', { name: 'Replicas' })).toBeVisible()
      await page.keyboard.press('l')
      const marks = page.getByRole('region', { name: 'Commit' }).getByRole('list', { name: 'Marks' })
      await see(marks).toContainText('ran healthy 6 d on prod, 12 to 18 Nov')
      expect(page.url()).toContain(toCommit)
      await page.keyboard.press('?')
      await see(page.getByText('the last known good commit of this app')).toBeVisible()
    }))

  it('is found in the palette too, and says so when nothing is known', () =>
    inWindow({ route: '/app/app-web/replicas' }, async ({ page, stage }) => {
      stage.timeline.set(timeline.map((one) => ({ ...one, marks: [] })))
      await see(page.getByRole('tab', { name: 'Replicas' })).toBeVisible()
      await page.keyboard.press('Control+k')
      await page.getByRole('combobox', { name: 'App or page' }).fill('known good')
      await page.keyboard.press('Enter')
      await see(page.getByText('No commit behind the live one is known to have run healthy.')).toBeVisible()
      stage.timeline.set(timeline)
      await see(page.getByRole('region', { name: 'Commit' })).toContainText(good.oid)
    }))

  it('shows the two most telling marks of a row, and all of them with the commit', () =>
    inWindow({ route: '/app/app-web/timeline' }, async ({ page }) => {
      const row = page.getByRole('button', { name: /three replicas in prod/ })
      await see(row.locator('[data-mark]')).toHaveText(['config missing', 'ran healthy 3 d', '+2'])
      await see(row.locator('[data-mark=config-missing]')).toHaveAttribute('title', /would not start/)
      await see(row).toHaveAttribute('aria-description', /image not seen: Deployment\/web/)
      await row.click()
      const marks = page.getByRole('list', { name: 'Marks' }).getByRole('listitem')
      await see(marks).toHaveCount(4)
    }))

  it('asks about shared inputs and makes the draft anew with the answer', () =>
    inWindow({ route: toCommit }, async ({ page, stage }) => {
      stage.answers['draft.create'] = (input: { shared: string }) =>
        draftOf(
          { kind: 'return', commit: good.oid },
          { shared, needs: input.shared === 'ask' ? ['shared'] : [] },
        )
      stage.answers['draft.plan'] = calmPlan
      await page.getByRole('button', { name: 'Return to this commit' }).click()
      const commit = page.getByRole('button', { name: 'Commit to main and push' })
      await see(commit).toBeDisabled()
      await page.getByRole('button', { name: 'Leave shared inputs as they are' }).click()
      await see(commit).toBeEnabled()
      expect(inputOf(stage, 'draft.create')).toMatchObject({ shared: 'exclude' })
    }))

  it('shows a stale draft again instead of landing it', () =>
    inWindow({ route: toCommit }, async ({ page, stage }) => {
      stage.answers['draft.plan'] = calmPlan
      stage.answers['draft.land'] = () => {
        throw new AppError('DRAFT_STALE', { message: 'main moved to 1234567.' })
      }
      await page.getByRole('button', { name: 'Undo this commit' }).click()
      await page.getByRole('button', { name: 'Commit to main and push' }).click()
      await see(page.getByText('main moved to 1234567. This draft was made anew')).toBeVisible()
      expect(stage.sent.filter(({ name }) => name === 'draft.create')).toHaveLength(2)
    }))

  it('wants the name of a protected context', () =>
    inWindow({ route: toCommit }, async ({ page, stage }) => {
      stage.workspace.set({ ...workspace, contexts: [{ ...prodContext, name: 'shop-staging' }] })
      stage.answers['draft.plan'] = calmPlan
      await page.getByRole('button', { name: 'Return to this commit' }).click()
      const commit = page.getByRole('button', { name: 'Commit to main and push' })
      await see(page.getByText('it is protected')).toBeVisible()
      await see(commit).toBeDisabled()
      await page.getByLabel('Type shop-staging to confirm').fill('shop-staging')
      await commit.click()
      await see(page.getByRole('list', { name: 'Steps' })).toBeVisible()
      expect(inputOf(stage, 'draft.land')).toMatchObject({ confirmedContext: 'shop-staging' })
    }))
})

describe('replicas', () => {
  it('puts a changed number in the tray and reviews it as one commit', () =>
    inWindow({ route: '/app/app-web/replicas' }, async ({ page, stage }) => {
      await page.getByRole('spinbutton', { name: 'Replicas of web', exact: true }).fill('5')
      await page.getByRole('region', { name: 'Edits' }).getByRole('button', { name: 'Review' }).click()
      await see(page.getByRole('heading', { name: 'Change a replica count' })).toBeVisible()
      expect(inputOf(stage, 'draft.create')).toMatchObject({
        action: { kind: 'scale', edits: [{ key: { name: 'web' }, replicas: 5 }] },
      })
    }))

  it('locks a count that an autoscaler owns and says so', () =>
    inWindow({ route: '/app/app-web/replicas' }, async ({ page }) => {
      await see(page.getByRole('spinbutton', { name: 'Replicas of web-worker' })).toBeDisabled()
      await see(page.getByText('owns the count')).toBeVisible()
    }))

  it('moves the squares as the pods move', () =>
    inWindow({ route: '/app/app-web/replicas' }, async ({ page, stage }) => {
      const web = page.getByRole('listitem', { name: 'Deployment web', exact: true })
      await see(web.getByRole('listitem')).toHaveCount(5)
      const first = workloads[0]
      if (first === undefined) throw new Error('no workload')
      const pods = [pod('web-new-1', good), pod('web-new-2', good), pod('web-new-3', good)]
      stage.replicas.set({ workloads: [{ ...first, pods, ready: 3 }], live: true })
      await see(web.getByRole('listitem')).toHaveCount(3)
      await see(web.getByText('3 of 3 ready')).toBeVisible()
    }))
})

describe('changes', () => {
  it('sync sends the plan, its fingerprint and the decisions', () =>
    inWindow({ route: '/app/app-web/changes' }, async ({ page, stage }) => {
      const sync = page.getByRole('button', { name: 'Sync', exact: true })
      await see(sync).toBeDisabled()
      await page.getByLabel('Overrule what people set by hand').check()
      await page.getByLabel(/^Prune 2 objects/).check()
      await sync.click()
      await see(page.getByRole('heading', { name: 'Sync shop-web' })).toBeVisible()
      expect(inputOf(stage, 'sync.run')).toEqual({
        planId: 'plan-1',
        fingerprint: 'plan-fingerprint',
        decisions: { prune: true, ticks: [], overrule: true, rollback: false },
      })
    }))

  it('fetches the difference of an object only when it is asked for', () =>
    inWindow({ route: '/app/app-web/changes' }, async ({ page, stage }) => {
      await page.getByRole('button', { name: /Deployment\/web/ }).click()
      expect(inputOf(stage, 'plan.diff')).toBeUndefined()
      await page.getByText('YAML', { exact: true }).click()
      await see(page.locator('.cm-deletedChunk')).toHaveCount(1)
    }))
})

describe('the window', () => {
  it('keeps what it knows while the engine is away, and catches up', () =>
    inWindow({ route: '/apps' }, async ({ page, stage, cut, complaints }) => {
      await see(page.getByRole('link', { name: 'shop-web', exact: true })).toBeVisible()
      await cut()
      stage.apps.set([{ ...row, name: 'shop-web-renamed' }])
      await see(page.getByRole('link', { name: 'shop-web-renamed' })).toBeVisible()
      expect(complaints).toEqual([])
    }))

  it('draws only the rows in sight of a thousand, and filters them by keyboard', () =>
    inWindow({ route: '/apps' }, async ({ page, stage }) => {
      stage.apps.set([row, ...manyRows(1000)])
      await see(page.getByRole('table', { name: 'Apps' })).toHaveAttribute('aria-rowcount', '1002')
      expect(await page.getByRole('row').count()).toBeLessThan(80)
      await page.keyboard.press('/')
      await page.keyboard.type('shop-web')
      await see(page.getByRole('row')).toHaveCount(2)
      await page.keyboard.press('Escape')
      await page.keyboard.press('j')
      await page.keyboard.press('Enter')
      await see(page.getByRole('heading', { name: 'shop-web' })).toBeVisible()
      await page.keyboard.press('g')
      await page.keyboard.press('t')
      await see(page.getByRole('tab', { name: 'Timeline' })).toHaveAttribute('aria-selected', 'true')
    }))

  for (const route of [
    '/apps',
    '/app/app-web/replicas',
    toCommit,
    '/app/app-web/changes',
    '/clusters',
    '/doctor',
  ])
    for (const dark of [true, false])
      it(`has no serious finding of axe on ${route.slice(0, 30)} in the ${dark ? 'dark' : 'light'} theme`, () =>
        inWindow({ route, dark }, async ({ page }) => {
          await page.getByRole('main').locator('h1, h2').first().waitFor()
          expect(await findings(page)).toEqual([])
        }))
})

async function findings(page: Page): Promise<readonly string[]> {
  await page.evaluate(axeSource)
  return page.evaluate(async () => {
    type Finding = { id: string; impact: string; nodes: { html: string; failureSummary?: string }[] }
    const { axe } = globalThis as unknown as { axe: { run: () => Promise<{ violations: Finding[] }> } }
    const { violations } = await axe.run()
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }) =>
        nodes.slice(0, 3).map((node) => `${id}: ${node.html.slice(0, 160)} ${node.failureSummary ?? ''}`),
      )
  })
}
