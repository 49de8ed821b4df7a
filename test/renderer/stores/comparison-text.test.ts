import { expect, test } from 'vitest'
import type { Side } from '#contract'
import {
  comparisonText,
  parseComparison,
  sideWords,
  typedSide,
} from '../../../renderer/stores/comparison-text.ts'
import { parseRoute, toHash } from '../../../renderer/stores/route.ts'
import type { Route } from '../../../renderer/stores/route.ts'

const apps = [{ id: 'a1', name: 'shop-web-staging' }]
const sides: readonly Side[] = [
  { kind: 'live' },
  { kind: 'worktree' },
  { kind: 'index' },
  { kind: 'app', appId: 'a1' },
  { kind: 'app', appId: 'a1', revision: 'v1.0' },
  { kind: 'revision', revision: 'feature/a...b' },
  { kind: 'revision', revision: 'live' },
]

test.each(sides)('%j comes back from the address and from its field', (side) => {
  const route: Route = {
    page: 'app',
    appId: 'x/y',
    tab: 'compare',
    select: comparisonText(side, { kind: 'index' }),
  }
  expect(parseRoute(toHash(route))).toEqual(route)
  expect(parseComparison(route.select)).toEqual({ from: side, to: { kind: 'index' } })
})

test.each([undefined, '', 'live', ' ... ', 'live ... live ... live'])('%j is no comparison', (text) => {
  expect(parseComparison(text)).toBeUndefined()
})

test.each([
  ['work tree', { kind: 'worktree' }],
  ['app shop-web-staging', { kind: 'app', appId: 'a1' }],
  ['app shop-web-staging @ v2', { kind: 'app', appId: 'a1', revision: 'v2' }],
  ['1a2b3c4 web: 1.5', { kind: 'revision', revision: '1a2b3c4' }],
  [' main~2 ', { kind: 'revision', revision: 'main~2' }],
  ['app nobody', { kind: 'revision', revision: 'app nobody' }],
  ['  ', undefined],
])('typed %j means %j', (text, side) => {
  expect(typedSide(text, apps)).toEqual(side)
})

test('a full commit id is shown short', () => {
  expect(sideWords({ kind: 'revision', revision: 'a'.repeat(40) }, apps)).toBe('aaaaaaa')
})
