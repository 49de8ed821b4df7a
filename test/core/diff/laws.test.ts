import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  canonical,
  diffFields,
  managedEntries,
  ownedPaths,
  readPath,
  withoutPath,
} from '../../../src/core/index.ts'

const json = fc.jsonValue({ maxDepth: 4 })
const named = fc.uniqueArray(fc.record({ name: fc.constantFrom('a', 'b', 'c', 'd'), value: fc.integer() }), {
  selector: ({ name }) => name,
})

describe('differences of two values', () => {
  it('are none for a value and itself, in whatever order its keys stand', () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(diffFields(value, JSON.parse(canonical(value)))).toEqual([])
      }),
    )
  })

  it('are the same places from both sides', () => {
    fc.assert(
      fc.property(json, json, (a, b) => {
        const paths = (one: unknown, other: unknown) =>
          diffFields(one, other)
            .map(({ path }) => path)
            .toSorted()
        expect(paths(a, b)).toEqual(paths(b, a))
      }),
    )
  })

  it('do not depend on the order of a list that has keys, and their paths lead to the values', () => {
    fc.assert(
      fc.property(named, named, (before, after) => {
        const differences = diffFields({ env: before }, { env: after })
        expect(diffFields({ env: before.toReversed() }, { env: after })).toHaveLength(differences.length)
        for (const { path, after: value } of differences)
          expect(readPath({ env: after }, path).value).toEqual(value)
      }),
    )
  })

  it('take absent, null and empty for the same', () => {
    expect(diffFields({ a: {}, b: null, c: [] }, {})).toEqual([])
  })
})

describe('paths', () => {
  const object = {
    data: { 'app.conf': 'x', app: { conf: 'y' } },
    spec: {
      containers: [{ name: 'a', ports: [{ containerPort: 80, name: 'http' }] }, { name: 'b]"' }],
      args: ['-v', 'q'],
    },
  }
  const cases: readonly (readonly [string, unknown])[] = [
    ['.data.app.conf', 'x'],
    ['.spec.containers[name="a"].ports[containerPort=80,protocol="TCP"].name', 'http'],
    ['.spec.containers[name="b]\\""].name', 'b]"'],
    ['.spec.args[="q"]', 'q'],
    ['.spec.args[0]', '-v'],
    ['.spec.none', undefined],
    ['.spec.containers[name="z"].image', undefined],
  ]
  it.each(cases)('%s is read as the server means it', (path, value) => {
    expect(readPath(object, path).value).toEqual(value)
  })

  it('are taken out without touching the rest', () => {
    const without = withoutPath(object, '.spec.containers[name="a"].ports')
    expect(without.spec.containers[0]).toEqual({ name: 'a' })
    expect(without.data).toBe(object.data)
    expect(withoutPath(object, '.spec.nothing')).toBe(object)
  })

  it('come out of managedFields as the server writes them in conflicts', () => {
    const fields = {
      'f:spec': {
        'f:replicas': {},
        'f:containers': {
          'k:{"name":"app"}': { '.': {}, 'f:image': {}, 'f:args': { 'v:"-v"': {}, 'i:1': {} } },
        },
      },
    }
    expect(ownedPaths(fields)).toEqual({
      leaves: [
        '.spec.replicas',
        '.spec.containers[name="app"].image',
        '.spec.containers[name="app"].args[="-v"]',
        '.spec.containers[name="app"].args[1]',
      ],
      items: ['.spec.containers[name="app"]'],
    })
    expect(
      managedEntries({ metadata: { managedFields: [{ manager: 'm', operation: 'Apply' }] } }),
    ).toMatchObject([{ manager: 'm', operation: 'Apply', subresource: '' }])
  })
})
