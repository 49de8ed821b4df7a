import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { createTestRepo } from '../helpers/repo.ts'
import type { TestRepo } from '../helpers/repo.ts'
import { openTestSession } from '../helpers/session.ts'
import type { TestSession } from '../helpers/session.ts'
import { addTrusted, plainApp } from '../helpers/trusted.ts'
import { serveApp } from './served-app.ts'
import { untilStill } from './still.ts'

const pictures = join(import.meta.dirname, '../../out/screenshots')

/** Browser mode on a workspace with one trusted clone, as an operator has it who set it up yesterday. */
export type ServedScene = {
  readonly repo: TestRepo
  readonly url: string
  readonly close: () => Promise<void>
}

export type Setup = {
  /** Makes the history, and what else the clone and its remote are to have. */
  readonly prepare: (repo: TestRepo) => void | Promise<void>
  /** Adds clones and apps; unless told, the clone and the app `web` in the folder `web`. */
  readonly add?: (session: TestSession, repo: TestRepo) => Promise<void>
}

export async function openServedScene({ prepare, add = addWeb }: Setup): Promise<ServedScene> {
  const dataDir = mkdtempSync(join(tmpdir(), 'wheelhouse-e2e-'))
  const repo = createTestRepo()
  await prepare(repo)
  const session = await openTestSession({ dataDir })
  await add(session, repo)
  await session.close('keep')
  const served = await serveApp(['--workspace', dataDir])
  return {
    repo,
    url: served.url,
    close: async () => {
      await served.stop()
      repo.remove()
      rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

async function addWeb(session: TestSession, repo: TestRepo): Promise<void> {
  await session.client.call('apps.add', plainApp(await addTrusted(session, repo.clone), 'web'))
}

/** A picture of the page as it is now, into out/screenshots. */
export async function takePicture(page: Page, name: string): Promise<void> {
  mkdirSync(pictures, { recursive: true })
  await untilStill(page, 200)
  await page.screenshot({ path: join(pictures, `${name}.png`) })
}

/** A picture in either theme; leaves the page in the light one. */
export async function takePictures(page: Page, name: string): Promise<void> {
  for (const theme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme: theme })
    await takePicture(page, `${name}-${theme}-1280`)
  }
}

export function settingsWith(mode: string): string {
  return `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: settings }\ndata: { mode: ${mode} }\n`
}
