import { afterAll, expect, test } from 'vitest'
import { createRenderer } from '../../../src/engine/render/index.ts'
import type { WasmPool } from '../../../src/engine/wasm/index.ts'
import { testPool } from './test-pool.ts'
import { treeOf } from './tree-of.ts'

const pool = testPool()
afterAll(() => pool.close())

const state = (value: string, elsewhere: string) =>
  treeOf({
    'web/kustomization.yaml': 'resources: [c.yaml]\n',
    'web/c.yaml': `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: c }\ndata: { a: "${value}" }\n`,
    README: elsewhere,
  })

function counted() {
  let calls = 0
  const counting: WasmPool = {
    ...pool,
    call: (...args) => {
      calls += 1
      return pool.call(...args)
    },
  }
  const { render } = createRenderer(counting)
  return {
    calls: () => calls,
    render: (source: ReturnType<typeof treeOf>, signal?: AbortSignal) =>
      render({ source, path: 'web', tool: 'kustomize', ...(signal === undefined ? {} : { signal }) }),
  }
}

test('commits that are alike for the app and asked for at once are rendered once', async () => {
  const { render, calls } = counted()
  await render(state('0', 'a'))
  const before = calls()
  const [one, two, other] = await Promise.all([
    render(state('1', 'b')),
    render(state('1', 'c')),
    render(state('2', 'c')),
  ])
  expect(calls() - before).toBe(2)
  expect(two.manifests).toEqual(one.manifests)
  expect(other.manifests).not.toEqual(one.manifests)
})

test('one that was cancelled fails nobody who waited for the same', async () => {
  const { render } = counted()
  await render(state('0', 'a'))
  const leaving = new AbortController()
  const first = render(state('3', 'b'), leaving.signal)
  const second = render(state('3', 'c'))
  leaving.abort()
  await expect(first).rejects.toMatchObject({ code: 'CANCELLED' })
  expect((await second).manifests).toHaveLength(1)
})
