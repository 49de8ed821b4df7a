import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDemoPort } from '#demo'
import { serveApp } from './served-app.ts'

/** Browser mode on a fresh demo. */
export type ServedDemo = { readonly url: string; readonly close: () => Promise<void> }

export async function openServedDemo(): Promise<ServedDemo> {
  const workspace = mkdtempSync(join(tmpdir(), 'wheelhouse-e2e-'))
  execFileSync(process.execPath, ['out/cli/main.js', '--workspace', workspace, 'demo'])
  const served = await serveApp(['--workspace', workspace])
  return {
    url: served.url,
    close: async () => {
      await served.stop()
      await openDemoPort(join(workspace, 'demo')).stop()
      rmSync(workspace, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}
