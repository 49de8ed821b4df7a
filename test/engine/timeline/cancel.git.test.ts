import { readFileSync, readdirSync } from 'node:fs'
import { afterAll, expect, test } from 'vitest'
import type { AppSpec } from '#contract'
import { createAppRenderer } from '../../../src/engine/app-render.ts'
import type { AppRenderer } from '../../../src/engine/app-render.ts'
import { createRenderer } from '../../../src/engine/render/index.ts'
import { readTimeline } from '../../../src/engine/timeline/index.ts'
import type { EffectStore } from '../../../src/engine/timeline/index.ts'
import { createTestGit, createTestRepo } from '../../helpers/repo.ts'
import { testPool } from '../render/test-pool.ts'

const git = createTestGit()
const pool = testPool()
const repo = createTestRepo()
afterAll(() => {
  git.close()
  pool.close()
  repo.remove()
})

const commits = 60
const spec: AppSpec = {
  name: 'web',
  cloneId: 'c',
  path: 'web',
  branch: 'main',
  tool: 'kustomize',
  cruise: 'off',
}

for (let n = 0; n < commits; n++)
  repo.commit(`change ${n}`, {
    'web/kustomization.yaml': 'resources: [c.yaml]\n',
    'web/c.yaml': `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: c }\ndata: { a: "${n}" }\n`,
  })

/** Children of this process that read history: what a closed timeline must not leave behind. */
function logsRunning(): readonly string[] {
  return readdirSync('/proc/self/task')
    .flatMap((task) => readFileSync(`/proc/self/task/${task}/children`, 'utf8').trim().split(' '))
    .filter((pid) => pid !== '')
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
      } catch {
        return ''
      }
    })
    .filter((command) => / (log|rev-list) /.test(command))
}

async function closedEarly(effects?: EffectStore) {
  const opened = await git.open(repo.clone)
  const inner = createAppRenderer(createRenderer(pool))
  const renders: Promise<unknown>[] = []
  const signals: (AbortSignal | undefined)[] = []
  const render: AppRenderer = (...args) => {
    const rendering = inner(...args)
    renders.push(rendering)
    signals.push(args[2])
    return rendering
  }
  const request = { spec, tip: repo.git('rev-parse', 'HEAD'), limit: commits }
  let told = 0
  for await (const event of readTimeline({ repo: opened, render, effects }, request)) {
    if ('row' in event && event.row.effect !== 'pending') told += 1
    if (told === 3) break
  }
  return { renders, signals, told }
}

test(
  'a timeline that is closed in the middle renders no further, and leaves no git behind',
  { timeout: 60_000 },
  async () => {
    const { renders, signals, told } = await closedEarly()
    const begun = renders.length
    expect(told).toBe(3)
    expect(begun).toBeLessThan(commits)
    await Promise.allSettled(renders)
    // Whatever was under way has settled, and nothing has followed it.
    expect(renders).toHaveLength(begun)
    expect(signals.every((signal) => signal?.aborted)).toBe(true)
    await expect.poll(logsRunning).toEqual([])
  },
)

test('so it does where all is known and nothing would be rendered', { timeout: 60_000 }, async () => {
  let asked = 0
  const known: EffectStore = {
    get: () => {
      asked += 1
      return Promise.resolve({ effect: 'none', changes: [] })
    },
    put: () => undefined,
    idle: () => Promise.resolve(),
  }
  await closedEarly(known)
  const atClose = asked
  expect(atClose).toBeLessThan(commits)
  await new Promise((resolve) => setImmediate(resolve))
  await expect.poll(logsRunning).toEqual([])
  // Those that were under way; six at most.
  expect(asked - atClose).toBeLessThan(7)
})
