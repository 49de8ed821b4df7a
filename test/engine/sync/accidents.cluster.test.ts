import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { at } from '../../../src/core/index.ts'
import { startControlPlane } from '../../control-plane/start.ts'
import type { ControlPlane } from '../../control-plane/start.ts'
import { connectTo } from './connect.ts'
import { configMap, createWorld, deployment, oid, yaml } from './world.ts'
import type { Connection } from './world.ts'

const wave = (number: number) => `argocd.argoproj.io/sync-wave: "${number}"`
let plane: ControlPlane
let kube: ReturnType<typeof connectTo>
const connection: Connection = { cluster: () => kube.cluster() }

describe('accidents in the middle of a sync', () => {
  beforeAll(async () => {
    plane = await startControlPlane()
    kube = connectTo(plane.kubeconfig)
  })
  afterAll(async () => {
    await kube.close()
    await plane.stop()
  })

  it('says HEALTH_TIMEOUT of what is applied and never gets ready, and the record says so too', async () => {
    const world = await createWorld(connection)
    const app = yaml(deployment({ image: 'never:1' }))
    const result = await world.apply(app, 'one', { healthTimeoutMs: 1_500 })
    expect(result).toMatchObject({
      state: 'failed',
      failure: { code: 'HEALTH_TIMEOUT' },
      outcomes: [{ outcome: 'created' }],
      record: { result: 'failed' },
    })
  })

  it('goes on when the API server was away', async () => {
    const world = await createWorld(connection)
    const app = yaml(deployment({ image: 'slow:1', extra: wave(0) }), configMap('after', {}, wave(1)))
    let away: Promise<void> | undefined
    const result = await world.apply(app, 'one', {
      onEvent: (event) => {
        if (event.type === 'outcome') away ??= plane.stopApiServer().then(() => plane.startApiServer())
      },
    })
    await away
    expect(result.failure).toBeUndefined()
    expect(result.outcomes.map(({ key, outcome }) => `${key.name} ${outcome}`)).toEqual([
      'web created',
      'after created',
    ])
  })

  for (const step of ['outcome', 'health', 'step apply', 'step prune'] as const) {
    it(`goes on from where a process was killed at its first ${step}`, async () => {
      const world = await createWorld(connection)
      await world.apply(configMap('old'))
      const app = yaml(deployment({ image: 'slow:1', extra: wave(0) }), configMap('after', {}, wave(1)))
      const planned = await world.plan(app, 'two')
      const file = join(dirname(plane.kubeconfig), `${world.namespace}.json`)
      writeFileSync(
        file,
        JSON.stringify({
          kubeconfig: plane.kubeconfig,
          app,
          namespace: world.namespace,
          plan: planned.plan,
          step,
        }),
      )
      await killAt(file)
      const { lock, records } = await world.sync.readRecord(world.cluster, world.desired('').target)
      expect(records[0]).toMatchObject({ revision: oid('two'), result: 'running' })
      expect(lock).toMatchObject({ holder: 'killed@desk', expired: false })
      await expect(world.run(planned, app, { operationId: 'other' })).rejects.toMatchObject({
        code: 'SYNC_LOCKED',
      })
      const result = await world.run(planned, app, { operationId: 'killed' })
      expect(result.failure).toBeUndefined()
      expect(await world.get('ConfigMap', 'old')).toBeUndefined()
      expect(
        at(await world.get('ConfigMap', 'after'), 'metadata', 'annotations', 'wheelhouse.app/revision'),
      ).toBe(oid('two'))
      const after = await world.sync.readRecord(world.cluster, world.desired('').target)
      expect(after.lock).toBeUndefined()
      expect(after.records.map(({ result: word }) => word)).toEqual(['succeeded', 'succeeded'])
      expect((await world.plan(app, 'two')).plan.synced).toBe(true)
    })
  }
})

/** Runs a sync in a process of its own and kills it (SIGKILL) when it says that it is at its step. */
async function killAt(file: string): Promise<void> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'sync-child.ts'), file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  for await (const line of createInterface({ input: child.stdout })) {
    if (line !== 'at the step') continue
    child.kill('SIGKILL')
    break
  }
  const [, signal] = (await exited) as [number | null, string | null]
  expect(signal).toBe('SIGKILL')
}
