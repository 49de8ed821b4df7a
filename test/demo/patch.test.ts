import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../src/core/index.ts'
import { readAs } from '../../src/demo/cluster/fields.ts'
import { kinds } from '../../src/demo/cluster/kinds.ts'
import { isEqual } from '../../src/demo/cluster/object.ts'
import { jsonPatch, mergePatch, strategicPatch } from '../../src/demo/cluster/patch.ts'
import { readSchemas } from '../../src/demo/cluster/schemas.ts'
import { parseLabelSelector } from '../../src/demo/cluster/selectors.ts'
import { boundsOf, newCount, oldCounts } from '../../src/demo/cluster/controllers/rollout.ts'

const schemas = readSchemas(join(import.meta.dirname, '../../src/demo/schemas'))
const deployment = schemas.schemaOf(kinds.Deployment)

describe('patches', () => {
  it('a merge patch takes nulls for removals and lists as they are', () => {
    const live = { a: { b: 1, c: 2 }, list: [1, 2] }
    expect(mergePatch(live, { a: { b: null, d: 3 }, list: [3] })).toEqual({ a: { c: 2, d: 3 }, list: [3] })
    expect(live).toEqual({ a: { b: 1, c: 2 }, list: [1, 2] })
  })

  it.each([
    ['add', [{ op: 'add', path: '/list/-', value: 3 }], { list: [1, 2, 3], 'a/b': 1 }],
    ['insert', [{ op: 'add', path: '/list/0', value: 0 }], { list: [0, 1, 2], 'a/b': 1 }],
    ['replace an escaped key', [{ op: 'replace', path: '/a~1b', value: 2 }], { list: [1, 2], 'a/b': 2 }],
    ['remove', [{ op: 'remove', path: '/list/0' }], { list: [2], 'a/b': 1 }],
    ['move', [{ op: 'move', from: '/a~1b', path: '/c' }], { list: [1, 2], c: 1 }],
  ])('a JSON patch can %s', (_name, patch, result) => {
    expect(jsonPatch({ list: [1, 2], 'a/b': 1 }, patch)).toEqual(result)
  })

  it.each([
    [{ op: 'test', path: '/a', value: 2 }],
    [{ op: 'replace', path: '/b', value: 2 }],
    [{ op: 'remove', path: '/list/2' }],
    [{ op: 'add', path: '/nowhere/a', value: 1 }],
  ])('a JSON patch is refused whole where %j does not hold', (operation) => {
    const live = { a: 1, list: [1, 2] }
    const patch = [{ op: 'add', path: '/c', value: 1 }, operation]
    expect(() => jsonPatch(live, patch)).toThrow(expect.objectContaining({ code: 422 }))
    expect(live).toEqual({ a: 1, list: [1, 2] })
  })

  it('a strategic patch finds containers by their name', () => {
    const template = (containers: readonly JsonObject[]) => ({ spec: { template: { spec: { containers } } } })
    const live = template([
      { name: 'a', image: 'a:1', args: ['x'] },
      { name: 'b', image: 'b:1' },
    ])
    const patch = template([
      { name: 'a', image: 'a:2' },
      { name: 'b', $patch: 'delete' },
      { name: 'c', image: 'c:1' },
    ])
    expect(strategicPatch(live, patch, deployment)).toEqual(
      template([
        { name: 'a', image: 'a:2', args: ['x'] },
        { name: 'c', image: 'c:1' },
      ]),
    )
  })
})

it('reads an object as its kind has it, and names what it has not', () => {
  const read = readAs(
    { apiVersion: 'apps/v1', kind: 'Deployment', spec: { replicas: 'two', paused: null, size: 3 }, extra: 1 },
    deployment,
  )
  expect(read.unknown).toEqual(['spec.size', 'extra'])
  expect(read.wrong).toEqual([
    'json: cannot unmarshal string into Go struct field Deployment.spec.replicas of type integer',
  ])
  expect(read.object).toEqual({ apiVersion: 'apps/v1', kind: 'Deployment', spec: {} })
})

it.each([
  ['app=web', true],
  ['app==web,tier!=back', true],
  ['app in (api, web)', true],
  ['app notin (web)', false],
  ['!app', false],
  ['tier', false],
  ['!tier', true],
])('the label selector %s selects: %s', (selector, selected) => {
  expect(parseLabelSelector(selector)({ metadata: { labels: { app: 'web' } } })).toBe(selected)
})

it('a rollout never has fewer serving or more wanted pods than its bounds, and ends', () => {
  const count = fc.nat({ max: 30 })
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 30 }), count, count, (replicas, surge, unavailable) => {
      const strategy = { rollingUpdate: { maxSurge: surge, maxUnavailable: unavailable } }
      const bounds = boundsOf({ spec: { replicas, strategy } })
      let [fresh, old] = [0, replicas]
      for (let turn = 0; turn < 200 && (fresh < replicas || old > 0); turn += 1) {
        const olds = [{ wanted: old, available: old }]
        const grown = newCount(bounds, { wanted: fresh, available: fresh }, olds)
        expect(grown + old).toBeLessThanOrEqual(Math.max(replicas + bounds.surge, fresh + old))
        // The new ones do not serve yet: what goes now must leave enough.
        const [kept = 0] = oldCounts(bounds, { wanted: grown, available: fresh }, olds)
        expect(fresh + kept).toBeGreaterThanOrEqual(Math.min(replicas - bounds.unavailable, fresh + old))
        fresh = grown
        old = kept
      }
      expect([fresh, old]).toEqual([replicas, 0])
    }),
  )
})

it('equality of JSON does not mind the order of keys', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const turned = (one: unknown): unknown =>
        Array.isArray(one)
          ? one.map(turned)
          : typeof one === 'object' && one !== null
            ? Object.fromEntries(
                Object.entries(one)
                  .toReversed()
                  .map(([name, inner]) => [name, turned(inner)]),
              )
            : one
      return isEqual(value, turned(value)) && !isEqual({ value }, { value, more: 1 })
    }),
  )
})
