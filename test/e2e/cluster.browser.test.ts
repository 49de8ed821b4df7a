import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sharedControlPlane } from '../control-plane/shared.ts'
import { createTestRepo } from '../helpers/repo.ts'
import type { TestRepo } from '../helpers/repo.ts'
import { openTestSession } from '../helpers/session.ts'
import { backToApp, openApp, returnTo, scale, waitForHealth } from './journey.ts'
import { openPage, serveApp } from './served-app.ts'
import type { Served } from './served-app.ts'

const plane = sharedControlPlane()
const dataDir = mkdtempSync(join(tmpdir(), 'wheelhouse-e2e-'))
let repo: TestRepo
let space: Awaited<ReturnType<typeof plane.namespace>>
let served: Served

const base = `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 1
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - { name: web, image: example/web }
`
const overlay = (tag: string, count: number) =>
  `resources: [../base]\nimages:\n  - name: example/web\n    newTag: "${tag}"\nreplicas:\n  - name: web\n    count: ${count}\n`

beforeAll(async () => {
  repo = createTestRepo()
  space = await plane.namespace('e2e')
  repo.commit('web: 1.0', {
    'web/base/kustomization.yaml': 'resources: [web.yaml]\n',
    'web/base/web.yaml': base,
    'web/prod/kustomization.yaml': overlay('1.0', 3),
  })
  repo.commit('web: 1.1', { 'web/prod/kustomization.yaml': overlay('1.1-crash', 3) })
  repo.push()
  const session = await openTestSession({ kubeconfig: plane.kubeconfig, dataDir })
  const clone = await session.client.call('clones.add', { path: repo.clone })
  const contexts = await session.client.stream('workspace.watch', {})[Symbol.asyncIterator]().next()
  const context = contexts.done === true ? '' : (contexts.value.contexts[0]?.name ?? '')
  await session.client.call('apps.add', {
    name: 'web',
    cloneId: clone.id,
    path: 'web/prod',
    branch: 'main',
    tool: 'kustomize',
    destination: { context, namespace: space.name },
    cruise: 'off',
  })
  await session.close('keep')
  served = await serveApp(['--workspace', dataDir, '--kubeconfig', plane.kubeconfig])
})
afterAll(async () => {
  await served.stop()
  await space.remove()
  repo.remove()
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 })
})

async function live(): Promise<string> {
  const { stdout } = await plane.kubectl([
    '-n',
    space.name,
    'get',
    'deploy',
    'web',
    '-o',
    'jsonpath={.spec.template.spec.containers[0].image} {.spec.replicas} {.status.readyReplicas}',
  ])
  return stdout
}

test('on a real cluster: a release that crashes is synced, returned from by choosing a commit, and scaled by commit', async () => {
  const { page, browser, errors } = await openPage()
  try {
    await openApp(page, served.url, 'web')
    await page.getByRole('tab', { name: 'Changes' }).click()
    await page.getByRole('button', { name: /^Sync/ }).click()
    await page.getByText('Degraded').first().waitFor({ timeout: 60_000 })
    await openApp(page, served.url, 'web')
    await waitForHealth(page, 'Degraded')
    await returnTo(page, 'web: 1.0')
    expect(await live()).toBe('example/web:1.0 3 3')
    await backToApp(page, 'web')
    await waitForHealth(page, 'Healthy')
    await scale(page, 'web', 5)
    expect(await live()).toBe('example/web:1.0 5 5')
    expect(repo.at(repo.remote, 'log', '--format=%s', '-2', 'main').split('\n')).toEqual([
      'Scale web: web 3 -> 5',
      expect.stringMatching(/^Return web to [0-9a-f]{7} "web: 1.0"$/),
    ])
    expect(repo.at(repo.remote, 'show', 'main:web/prod/kustomization.yaml')).toBe(overlay('1.0', 5).trimEnd())
    await backToApp(page, 'web')
    // A hand at kubectl shows up without a refresh.
    await plane.kubectl(['-n', space.name, 'scale', 'deploy/web', '--replicas=1'])
    await page.getByText('Equal to Git?').locator('..').getByText('Out of sync').waitFor()
    await page.getByRole('tab', { name: 'Changes' }).click()
    await page.locator('[data-tone=warn]', { hasText: /^1 contested$/ }).waitFor()
    // A second hand while the app is out of sync anyway: the open plan follows, and names it.
    const patch = [
      'patch',
      'deploy/web',
      '--field-manager=kubectl-edit',
      '-p',
      '{"spec":{"minReadySeconds":1}}',
    ]
    await plane.kubectl(['-n', space.name, ...patch])
    await page.getByRole('button', { name: /1 undeclared$/ }).waitFor()
    await page.getByRole('button', { name: /1 undeclared$/ }).click()
    const fields = await page.locator('tr[data-set]').allTextContents()
    expect(fields.join('\n')).toMatch(
      /\.spec\.replicas.*set by kubectl\b[\s\S]*\.spec\.minReadySeconds.*set by kubectl-edit/,
    )
    expect(errors).toEqual([])
  } finally {
    await browser.close()
  }
})
