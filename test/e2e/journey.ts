import type { Locator, Page } from '@playwright/test'
import { expect } from 'vitest'

/** Steps of the main job as a person does them; both clusters are walked with the same words. */
export async function openApp(page: Page, url: string, app: string): Promise<void> {
  await page.goto(url)
  await page.getByText(app, { exact: true }).first().click()
  await page.getByRole('tab', { name: 'Timeline' }).waitFor()
}

export function timelineRow(page: Page, subject: string): Locator {
  return page.getByRole('button', { name: new RegExp(subject) }).first()
}

export async function waitForHealth(page: Page, health: 'Degraded' | 'Healthy'): Promise<void> {
  await page.getByText('Healthy?').locator('..').getByText(health, { exact: true }).waitFor()
}

export async function returnTo(page: Page, subject: string): Promise<void> {
  await page.getByRole('tab', { name: 'Timeline' }).click()
  await page.getByText(subject, { exact: true }).first().click()
  await page.getByRole('button', { name: 'Return to this commit' }).click()
  await commit(page)
}

export async function undo(page: Page, subject: RegExp): Promise<void> {
  await page.getByRole('tab', { name: 'Timeline' }).click()
  await page.getByText(subject).first().click()
  await page.getByRole('button', { name: 'Undo this commit' }).click()
  await commit(page)
}

export async function scale(page: Page, workload: string, replicas: number): Promise<void> {
  await page.getByRole('tab', { name: 'Replicas' }).click()
  const count = page.getByRole('spinbutton', { name: `Replicas of ${workload}` })
  await count.fill(String(replicas))
  await count.blur()
  await page.getByRole('button', { name: 'Review' }).click()
  await commit(page)
}

/** The review's one primary button, then the stepper to its end. */
async function commit(page: Page): Promise<void> {
  const primary = page.getByRole('button', { name: 'Commit to main and push' })
  await primary.waitFor()
  await expect.poll(() => primary.isEnabled(), { timeout: 30_000 }).toBe(true)
  await primary.click()
  await page.getByText('Recorded', { exact: true }).waitFor({ timeout: 60_000 })
  await expect
    .poll(() => page.getByText('done', { exact: true }).count(), { timeout: 60_000 })
    .toBeGreaterThan(0)
}

export async function backToApp(page: Page, app: string): Promise<void> {
  await page.getByRole('button', { name: `Open ${app}` }).click()
  await page.getByRole('tab', { name: 'Timeline' }).waitFor()
}
