import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it, vi } from 'vitest'
import { openDemoPort } from '../../src/demo/index.ts'
import type { Demo } from '../../src/demo/index.ts'
import { createKube } from '../../src/engine/kube/index.ts'
import { run } from '../../src/engine/process/index.ts'

// Each starts a process, and reads the module there.
vi.setConfig({ testTimeout: 90_000 })

const clear: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const one of clear.splice(0).toReversed()) await one()
})

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'wheelhouse-demo-'))
  clear.push(async () => rmSync(folder, { recursive: true, force: true }))
  return folder
}

function demoIn(folder: string): Demo {
  const demo = openDemoPort(folder, { now: () => Date.parse('2026-11-20T09:30:00Z') })
  clear.push(() => demo.stop())
  return demo
}

async function uidOf(kubeconfig: string): Promise<string> {
  const kube = createKube({
    env: { KUBECONFIG: kubeconfig },
    home: '/nonexistent',
    settings: () => ({ kubeconfigs: [] }),
    run,
    now: Date.now,
  })
  try {
    return (await kube.connect('demo')).uid
  } finally {
    await kube.close()
  }
}

it('is a thread of this process where no other can be started, on the same state', async () => {
  const folder = newFolder()
  const first = demoIn(folder)
  const { kubeconfig } = await first.open()
  const uid = await uidOf(kubeconfig)
  await first.stop()
  const file = join(import.meta.dirname, '../../src/demo/cluster-process.ts')
  const command = { as: 'thread', node: '/nonexistent', file, args: [], env: {} } as const
  const inside = openDemoPort(folder, { command })
  expect((await inside.open()).fresh).toBe(false)
  expect(await uidOf(kubeconfig)).toBe(uid)
  await inside.stop()
  await expect(uidOf(kubeconfig)).rejects.toMatchObject({ code: 'KUBE_UNREACHABLE' })
})

const tipOf = (clone: string) => readFileSync(join(clone, '.git/refs/heads/main'), 'utf8').trim()

it('is found again as it was left, also after its cluster was ended, and starts over when asked', async () => {
  const folder = newFolder()
  const first = demoIn(folder)
  expect(first.isOpen()).toBe(false)
  const made = await first.open()
  expect(made).toMatchObject({ fresh: true, context: 'demo' })
  expect(made.apps.map(({ name }) => name)).toEqual(['shop-web', 'shop-web-staging', 'shop-api', 'shop-jobs'])
  const uid = await uidOf(made.kubeconfig)

  const again = demoIn(folder)
  expect(again.isOpen()).toBe(true)
  expect(await again.open()).toEqual({ ...made, fresh: false })
  expect(await uidOf(made.kubeconfig)).toBe(uid)

  await again.stop()
  await expect(uidOf(made.kubeconfig)).rejects.toMatchObject({ code: 'KUBE_UNREACHABLE' })
  expect((await again.open()).fresh).toBe(false)
  expect(await uidOf(made.kubeconfig)).toBe(uid)

  const tip = tipOf(made.clone)
  expect((await again.reset()).fresh).toBe(true)
  expect(await uidOf(made.kubeconfig)).not.toBe(uid)
  // The story is written by a script: at the same hour it has the same commits.
  expect(tipOf(made.clone)).toBe(tip)
})
