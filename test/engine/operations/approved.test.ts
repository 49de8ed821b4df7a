import { expect, test } from 'vitest'
import type { Decisions, Plan } from '#contract'
import { requireApproval } from '../../../src/engine/operations/approved.ts'

const none: Decisions = { prune: false, ticks: [], overrule: false, rollback: false }
const blocked = (...codes: readonly string[]): Plan => ({
  id: 'p',
  appId: 'a',
  revision: 'r',
  renderedHash: '',
  fingerprint: '',
  createdAt: '',
  changes: [],
  counts: {},
  blocks: codes.map((code) => ({ code, message: `${code} it is` })),
  warnings: [],
  brings: [],
  synced: false,
  clusterUid: 'c',
})
const refusal = (plan: Plan, decisions = none): unknown => {
  try {
    requireApproval(plan, decisions, 'web')
    return undefined
  } catch (error) {
    return error
  }
}

test.each([
  ['COMPANION_MODE', 'COMPANION_MODE'],
  ['HOOKS_NOT_SUPPORTED', 'HOOKS_NOT_SUPPORTED'],
  ['ANCESTRY', 'ANCESTRY'],
  ['IMMUTABLE_FIELD', 'PLAN_BLOCKED'],
])('a plan blocked by %s is refused with %s', (block, code) => {
  expect(refusal(blocked(block))).toMatchObject({ code, message: `${block} it is`, subject: 'web' })
})

test('a plan that turns the cluster back is approved by saying that it is meant, and nothing else is', () => {
  expect(refusal(blocked('ANCESTRY'), { ...none, rollback: true })).toBeUndefined()
  expect(refusal(blocked('ANCESTRY', 'HOOKS_NOT_SUPPORTED'), { ...none, rollback: true })).toMatchObject({
    code: 'HOOKS_NOT_SUPPORTED',
  })
})
