import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDemoPort } from '#demo'
import { openPage, serveApp } from '../e2e/served-app.ts'
import type { Row } from './row.ts'

/** From the command to the first list on screen, with the demo's four apps and their health. Needs the built files (`npm run build`). */
export async function startRows(): Promise<readonly Row[]> {
  const workspace = mkdtempSync(join(tmpdir(), 'wheelhouse-bench-'))
  const { page, browser } = await openPage()
  try {
    execFileSync(process.execPath, ['out/cli/main.js', '--workspace', workspace, 'demo'])
    const begun = performance.now()
    const served = await serveApp(['--workspace', workspace])
    const listening = performance.now() - begun
    await page.goto(served.url)
    await page.getByText('shop-web', { exact: true }).first().waitFor()
    const listed = performance.now() - begun
    await page.getByText('Degraded').first().waitFor()
    const judged = performance.now() - begun
    await served.stop()
    return [
      { name: 'start-to-address', ours: listening, unit: 'ms' },
      { name: 'start-to-first-list', ours: listed, unit: 'ms' },
      { name: 'start-to-health', ours: judged, unit: 'ms' },
    ]
  } finally {
    await browser.close()
    await openDemoPort(join(workspace, 'demo')).stop()
    rmSync(workspace, { recursive: true, force: true, maxRetries: 5 })
  }
}
