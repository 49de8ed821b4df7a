import { randomBytes } from 'node:crypto'
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { sharedControlPlane } from '../control-plane/shared.ts'
import { planted } from './planted-order.ts'
import type { PlantedOrder } from './planted-order.ts'
import { filesBelow, findPlanted } from './search.ts'

const plane = sharedControlPlane()

type Kubeconfig = {
  readonly clusters: readonly { readonly cluster: Readonly<Record<string, unknown>> }[]
  readonly users: readonly { readonly user: { readonly token: string } }[]
}

/** The whole main job with secrets planted; answers which of them were found outside, and where. */
async function run(nodeFlags: readonly string[] = []): Promise<readonly string[]> {
  const dir = mkdtempSync(join(tmpdir(), 'wheelhouse-planted-'))
  const space = await plane.namespace('planted')
  const { clusters, users } = JSON.parse(readFileSync(plane.kubeconfig, 'utf8')) as Kubeconfig
  const secrets = Object.fromEntries(planted.map((name) => [name, `hush-${randomBytes(12).toString('hex')}`]))
  const order: PlantedOrder = {
    secrets: secrets as PlantedOrder['secrets'],
    token: users[0]?.user.token ?? '',
    cluster: clusters[0]?.cluster ?? {},
    kubeconfig: plane.kubeconfig,
    kubectlCommand: plane.kubectlCommand,
    kubectlCache: plane.kubectlCache,
    namespace: space.name,
    dataDir: join(dir, 'data'),
    out: join(dir, 'out'),
  }
  writeFileSync(join(dir, 'order.json'), JSON.stringify(order))
  try {
    await promisify(execFile)(
      process.execPath,
      [...nodeFlags, join(import.meta.dirname, 'planted-run.ts'), join(dir, 'order.json')],
      { maxBuffer: 64 * 1024 * 1024 },
    )
    const places = [...filesBelow(order.out), ...filesBelow(order.dataDir)]
    expect(places.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['frames', 'failures', 'log', 'export', 'command-line']),
    )
    return findPlanted({ ...secrets, administrator: order.token }, places)
  } finally {
    await space.remove()
    if (process.env.WHEELHOUSE_KEEP === undefined)
      rmSync(dir, { recursive: true, force: true, maxRetries: 5 })
  }
}

test('no planted secret is in a frame, a log, a failure, a journal, a file, an export or a line of output', async () => {
  expect(await run()).toEqual([])
})

test('without redaction the same search over the same run finds them', async () => {
  const found = await run(['--import', join(import.meta.dirname, 'without-redaction.ts')])
  const names = new Set(found.map((line) => line.split(':')[0]))
  expect([...names]).toEqual(
    expect.arrayContaining(['stringData', 'data', 'generated', 'changed', 'drift', 'helm', 'execWords']),
  )
})
