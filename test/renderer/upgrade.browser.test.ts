import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { expect as see } from '@playwright/test'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createHarness } from './harness/open.ts'
import type { Harness } from './harness/open.ts'
import { good, workspace } from './harness/world.ts'

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core'), 'utf8')
const route = `/app/app-web/timeline/${good.oid}`

let harness: Harness
beforeAll(async () => {
  harness = await createHarness()
})
afterAll(() => harness.close())

it('tells what comes and goes, what has no source, and what cannot be found, with the button that helps', async () => {
  const { page, stage, complaints, close } = await harness.open({ route })
  try {
    const apart = page.getByRole('button', {
      name: '240 commits come, 1 go of web/services/web (1.4.0 → 1.5.0)',
    })
    await see(apart).toHaveAttribute('aria-expanded', 'false')
    await apart.click()
    const come = page.getByRole('list', { name: 'Come with it' }).getByRole('listitem')
    await see(come).toHaveCount(2)
    await see(come.first().getByRole('img', { name: 'Merge' })).toBeVisible()
    await see(page.getByText('and 238 older')).toBeVisible()
    await see(page.getByRole('list', { name: 'Go away' }).getByRole('listitem')).toHaveCount(1)
    await see(page.getByText('The source clone is shallow')).toBeVisible()
    const asked = () => stage.sent.filter(({ name }) => name === 'source.upgrades').length
    const before = asked()
    await page.getByRole('button', { name: 'Fetch jobs' }).click()
    await see.poll(asked).toBe(before + 1)
    expect(stage.sent.findLast(({ name }) => name === 'clones.fetch')?.input).toEqual({ cloneId: 'clone-3' })
    await page.evaluate(axeSource)
    const found = await page.evaluate(async () => {
      const { axe } = globalThis as unknown as {
        readonly axe: {
          readonly run: (
            root: string,
          ) => Promise<{ readonly violations: readonly { readonly id: string; readonly impact: string }[] }>
        }
      }
      return (await axe.run('main')).violations.filter(
        ({ impact }) => impact === 'serious' || impact === 'critical',
      )
    })
    expect(found.map(({ id }) => id)).toEqual([])
    expect(complaints).toEqual([])
  } finally {
    await close()
  }
})

it('names a source clone where it is missed, as it is proposed and no sooner than it is saved', async () => {
  const { page, stage, close } = await harness.open({ route })
  try {
    const cloneId = workspace.clones[0]?.id ?? ''
    stage.answers['source.suggest'] = () => ({
      images: ['ghcr.io/shop/proxy'],
      suggestions: [
        { source: { image: 'ghcr.io/shop/proxy', cloneId }, why: 'the clone proxy is called as the image' },
      ],
    })
    await page.getByRole('button', { name: 'Name its source clone' }).click()
    const form = page.getByRole('form', { name: 'Source clone of ghcr.io/shop/proxy' })
    await see(form.getByText('Proposed, since the clone proxy is called as the image.')).toBeVisible()
    expect(stage.sent.some(({ name }) => name === 'apps.update')).toBe(false)
    await form.getByLabel('Folder').fill('cmd/proxy')
    await form.getByRole('button', { name: 'Save the source' }).click()
    await see(form).toBeHidden()
    expect(stage.sent.findLast(({ name }) => name === 'apps.update')?.input).toMatchObject({
      spec: { sources: [{ image: 'ghcr.io/shop/proxy', cloneId, folder: 'cmd/proxy' }] },
    })
  } finally {
    await close()
  }
})
