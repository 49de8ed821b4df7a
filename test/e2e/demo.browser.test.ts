import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDemoPort } from '#demo'
import { backToApp, openApp, returnTo, scale, undo, waitForHealth } from './journey.ts'
import { openPage, serveApp } from './served-app.ts'
import type { Served } from './served-app.ts'

const workspace = mkdtempSync(join(tmpdir(), 'wheelhouse-e2e-'))
let served: Served

beforeAll(async () => {
  execFileSync(process.execPath, ['out/cli/main.js', '--workspace', workspace, 'demo'])
  served = await serveApp(['--workspace', workspace])
})
afterAll(async () => {
  await served.stop()
  await openDemoPort(join(workspace, 'demo')).stop()
  rmSync(workspace, { recursive: true, force: true, maxRetries: 5 })
})

/** What the cluster itself says, asked over its own HTTP API. */
async function deployment(): Promise<{
  readonly image: string
  readonly replicas: number
  readonly ready: number
}> {
  const { url, token } = JSON.parse(readFileSync(join(workspace, 'demo/cluster/cluster.json'), 'utf8')) as {
    readonly url: string
    readonly token: string
  }
  const answer = await fetch(`${url}/apis/apps/v1/namespaces/shop/deployments/web`, {
    headers: { authorization: `Bearer ${token}` },
  })
  const { spec, status } = (await answer.json()) as {
    readonly spec: {
      readonly replicas: number
      readonly template: { readonly spec: { readonly containers: readonly { readonly image: string }[] } }
    }
    readonly status: { readonly readyReplicas?: number }
  }
  return {
    image: spec.template.spec.containers[0]?.image ?? '',
    replicas: spec.replicas,
    ready: status.readyReplicas ?? 0,
  }
}

function remoteLog(): readonly string[] {
  const log = execFileSync(
    'git',
    ['--git-dir', join(workspace, 'demo/shop-config.git'), 'log', '--format=%s', '-3', 'main'],
    { encoding: 'utf8' },
  )
  return log.trim().split('\n')
}

test('on the demo: a commit is chosen to return to, replicas are changed by commit, and the change is undone', async () => {
  const { page, browser, errors } = await openPage()
  try {
    await openApp(page, served.url, 'shop-web')
    await waitForHealth(page, 'Degraded')
    await returnTo(page, 'web: 1.5.0 to prod')
    expect(await deployment()).toMatchObject({
      image: 'registry.shop.example/web:1.5.0',
      replicas: 3,
      ready: 3,
    })
    await backToApp(page, 'shop-web')
    await waitForHealth(page, 'Healthy')
    await scale(page, 'web', 5)
    expect(await deployment()).toMatchObject({ replicas: 5, ready: 5 })
    await backToApp(page, 'shop-web')
    await undo(page, /^Scale shop-web/)
    expect(await deployment()).toMatchObject({ replicas: 3 })
    expect(remoteLog()).toEqual([
      'Undo "Scale shop-web: web 3 -> 5" for shop-web',
      'Scale shop-web: web 3 -> 5',
      expect.stringMatching(/^Return shop-web to [0-9a-f]{7} "web: 1.5.0 to prod"$/),
    ])
    expect(errors).toEqual([])
  } finally {
    await browser.close()
  }
})

test('a restart of the app in the middle shows the same truth again', async () => {
  await served.stop('SIGKILL')
  served = await serveApp(['--workspace', workspace])
  const { page, browser } = await openPage({ theme: 'light' })
  try {
    await openApp(page, served.url, 'shop-web')
    await waitForHealth(page, 'Healthy')
    await page.getByRole('tab', { name: 'Activity' }).click()
    await page.getByText('Scale shop-web: web 3 -> 5', { exact: true }).first().waitFor()
  } finally {
    await browser.close()
  }
})
