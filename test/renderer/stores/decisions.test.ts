import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { missingForSync, noDecisions, questionsOf } from '../../../renderer/stores/approval.ts'
import { landLabel, missingForLanding } from '../../../renderer/stores/landing.ts'
import { ready } from '../../../renderer/stores/load.ts'
import { emptyReview, remadeAfter, toLandRequest, withDraft } from '../../../renderer/stores/review.ts'
import { appTabs, parseRoute, toHash } from '../../../renderer/stores/route.ts'
import type { Route } from '../../../renderer/stores/route.ts'
import { toScaleAction, withEdit, withoutDone } from '../../../renderer/stores/tray.ts'
import { draftOf, planOf } from '../harness/drafts.ts'
import { context, good, key, prodContext } from '../harness/world.ts'

const action = { kind: 'return', commit: good.oid } as const
const calm = planOf({ changes: planOf().changes.filter(({ contested }) => contested.length === 0) })

describe('approving a plan', () => {
  it('needs a word about fields that people set', () => {
    expect(missingForSync(planOf(), noDecisions, context)).toHaveLength(1)
    expect(missingForSync(planOf(), { ...noDecisions, overrule: true }, context)).toEqual([])
  })

  it('needs the name of a protected context, exactly', () => {
    expect(missingForSync(calm, { ...noDecisions, confirmedContext: 'shop-pro' }, prodContext)).toHaveLength(
      1,
    )
    expect(missingForSync(calm, { ...noDecisions, confirmedContext: 'shop-prod' }, prodContext)).toEqual([])
  })

  it('lifts an older revision only when that is meant, and no other block ever', () => {
    const turned = { ...calm, blocks: [{ code: 'ANCESTRY', message: 'older' }] }
    expect(missingForSync(turned, noDecisions, context)).toHaveLength(1)
    expect(missingForSync(turned, { ...noDecisions, rollback: true }, context)).toEqual([])
    const blocked = { ...calm, blocks: [{ code: 'HOOKS_NOT_SUPPORTED', message: 'hooks' }] }
    const all = { prune: true, ticks: [], overrule: true, rollback: true }
    expect(missingForSync(blocked, all, context)).toEqual(['hooks'])
  })

  it('asks for a tick of its own where a prune takes data', () => {
    expect(questionsOf(planOf()).ticked.map(({ key: one }) => one.kind)).toEqual(['PersistentVolumeClaim'])
  })
})

describe('landing a draft', () => {
  const shown = { ...withDraft(emptyReview, draftOf(action)), plan: ready(calm) }

  it('sends the fingerprints of what is on screen, and the sync only when it is switched on', () => {
    expect(toLandRequest(shown)?.sync?.fingerprint).toBe('plan-fingerprint')
    const without = toLandRequest({ ...shown, form: { ...shown.form, thenSync: false } })
    expect(without).toMatchObject({ draftId: 'draft-1', fingerprint: 'draft-fingerprint' })
    expect(without).not.toHaveProperty('sync')
  })

  it('never syncs what a controller syncs', () => {
    expect(toLandRequest({ ...shown, plan: ready({ ...calm, companion: 'Argo CD' }) })).not.toHaveProperty(
      'sync',
    )
  })

  it('is held back by conflicts, questions and an empty subject', () => {
    const held = (draft: Parameters<typeof draftOf>[1]) =>
      missingForLanding({ ...withDraft(emptyReview, draftOf(action, draft)), plan: ready(calm) }, context)
    expect(held({})).toEqual([])
    expect(held({ needs: ['shared'] })).toHaveLength(1)
    expect(held({ needs: ['does-not-render'] })).toHaveLength(1)
    expect(held({ conflicts: [{ path: 'a', why: 'later', token: 't', editable: true }] })).toHaveLength(1)
    expect(missingForLanding({ ...shown, form: { ...shown.form, subject: ' ' } }, context)).toHaveLength(1)
    const withoutTicket = { ...shown, form: { ...shown.form, subject: '{ticket} Return web' } }
    expect(missingForLanding(withoutTicket, context)).toEqual([expect.stringContaining('{ticket}')])
  })

  it('asks for a protected name also without a sync', () => {
    const alone = { ...shown, form: { ...shown.form, thenSync: false } }
    expect(missingForLanding(alone, prodContext)).toHaveLength(1)
  })

  it('keeps a typed message when the draft is made anew, and drops the decisions', () => {
    const typed = {
      ...shown,
      form: { ...shown.form, subject: 'mine', decisions: { ...noDecisions, prune: true } },
    }
    const again = withDraft(typed, draftOf(action, { id: 'draft-2' }))
    expect(again.form.subject).toBe('mine')
    expect(again.form.decisions).toEqual(noDecisions)
  })

  it('knows what has to be made anew after a refusal', () => {
    expect(remadeAfter('DRAFT_STALE')).toBe('draft')
    expect(remadeAfter('PLAN_STALE')).toBe('plan')
    expect(remadeAfter('PUSH_PROTECTED')).toBeUndefined()
  })

  it('names its button after what it does', () => {
    const { landing } = draftOf(action)
    expect(landLabel(landing)).toBe('Commit to main and push')
    expect(landLabel({ ...landing, mode: 'local' })).toBe('Commit to main')
    expect(landLabel({ ...landing, mode: 'pull-request' })).toBe('Commit and push for a pull request')
  })
})

describe('the tray', () => {
  const web = key('Deployment', 'web')

  it('holds several edits as one action, and drops one that asks for what Git has', () => {
    const two = withEdit(withEdit(new Map(), 'a', { key: web, from: 3, to: 5 }), 'a', {
      key: key('Deployment', 'worker'),
      from: 1,
      to: 2,
    })
    const edits = two.get('a') ?? new Map()
    expect(toScaleAction(edits)).toMatchObject({ kind: 'scale', edits: [{ replicas: 5 }, { replicas: 2 }] })
    expect(
      withEdit(withEdit(new Map(), 'a', { key: web, from: 3, to: 5 }), 'a', { key: web, from: 3, to: 3 })
        .size,
    ).toBe(0)
  })

  it('is emptied by a commit that brings the count', () => {
    const tray = withEdit(new Map(), 'a', { key: web, from: 3, to: 5 })
    expect(withoutDone(tray, 'a', new Map([['apps/Deployment/shop/web', 4]]))).toBe(tray)
    expect(withoutDone(tray, 'a', new Map([['apps/Deployment/shop/web', 5]])).size).toBe(0)
  })
})

describe('a route', () => {
  const id = fc.string({ minLength: 1 }).filter((text) => text.trim() !== '')
  const routes: fc.Arbitrary<Route> = fc.oneof(
    fc.constantFrom<Route>(
      { page: 'apps' },
      { page: 'activity' },
      { page: 'doctor' },
      { page: 'repositories' },
    ),
    fc.record({ page: fc.constant('app' as const), appId: id, tab: fc.constantFrom(...appTabs) }),
    fc.record({ page: fc.constant('review' as const), appId: id }),
    fc.record({ page: fc.constant('operation' as const), operationId: id }),
    fc.record({ page: fc.constant('repositories' as const), cloneId: id }),
  )

  it('survives the address', () => {
    fc.assert(
      fc.property(routes, (route) => {
        expect(parseRoute(toHash(route))).toEqual(route)
      }),
    )
  })

  it('leads to the apps from anywhere unknown', () => {
    expect(parseRoute('#/nowhere/%E0%A4%A')).toEqual({ page: 'apps' })
  })
})
