import { describe, expect, it } from 'vitest'
import { api, AppError, connect, serve } from '#contract'
import { createMemoryPipe } from '../../../src/host/memory.ts'
import { createReviewStore } from '../../../renderer/stores/review.ts'
import { createSession } from '../../../renderer/stores/session.ts'
import type { Link } from '../../../renderer/transport/link.ts'
import { draftOf, planOf } from '../harness/drafts.ts'
import { createStage } from '../harness/handlers.ts'
import { good, timeline } from '../harness/world.ts'

const action = { kind: 'return', commit: good.oid } as const

function setUp() {
  const stage = createStage()
  const pipe = createMemoryPipe({ client: 'test', server: 'stage' })
  const errors: unknown[] = []
  serve(api, stage.handlers, pipe.server, { onError: (error) => errors.push(error) })
  const link: Link = {
    client: connect(api, pipe.client),
    state: () => ({ status: 'open' }),
    onState: () => () => undefined,
    retry: () => undefined,
  }
  return { stage, link, errors, calls: () => stage.sent.map(({ name }) => name) }
}

describe('the review', () => {
  it('makes a draft, then its plan, and lands exactly those', async () => {
    const { stage, link, calls } = setUp()
    const review = createReviewStore(link)
    await review.begin('app-web', action)
    expect(review.store.getState()).toMatchObject({ draft: { status: 'ready' }, plan: { status: 'ready' } })
    expect(await review.land()).toBe('op-1')
    expect(calls()).toEqual(['draft.create', 'draft.plan', 'draft.land'])
    expect(stage.sent.at(-1)?.input).toMatchObject({
      fingerprint: 'draft-fingerprint',
      sync: { fingerprint: 'plan-draft-fingerprint' },
    })
    expect(review.store.getState().request).toBeUndefined()
  })

  it('waits with the plan until the questions are answered', async () => {
    const { stage, link, calls } = setUp()
    stage.answers['draft.create'] = ({ shared }: { shared: string }) =>
      draftOf(action, { needs: shared === 'ask' ? ['shared'] : [] })
    const review = createReviewStore(link)
    await review.begin('app-web', action)
    expect(calls()).toEqual(['draft.create'])
    await review.choose({ shared: 'include' })
    expect(calls()).toContain('draft.plan')
    expect(stage.sent.findLast(({ name }) => name === 'draft.create')?.input).toMatchObject({
      shared: 'include',
    })
  })

  it('throws away a draft that a newer one has overtaken', async () => {
    const { stage, link } = setUp()
    let made = 0
    stage.answers['draft.create'] = () => draftOf(action, { id: `draft-${++made}` })
    const review = createReviewStore(link)
    await Promise.all([review.begin('app-web', action), review.begin('app-web', action)])
    expect(review.store.getState().draft).toMatchObject({ value: { id: 'draft-2' } })
    expect(stage.sent.filter(({ name }) => name === 'draft.discard')).toEqual([
      { name: 'draft.discard', input: { draftId: 'draft-1' } },
    ])
  })

  it('makes the plan anew when the world moved, drops the decisions and says why', async () => {
    const { stage, link, calls } = setUp()
    stage.answers['draft.plan'] = () => planOf()
    stage.answers['draft.land'] = () => {
      throw new AppError('PLAN_STALE', { message: 'Deployment/web changed.' })
    }
    const review = createReviewStore(link)
    await review.begin('app-web', action)
    review.edit({ decisions: { prune: true, ticks: [], overrule: true, rollback: false } })
    expect(await review.land()).toBeUndefined()
    expect(calls()).toEqual(['draft.create', 'draft.plan', 'draft.land', 'draft.plan'])
    expect(review.store.getState()).toMatchObject({
      landing: false,
      failure: { code: 'PLAN_STALE' },
      form: { decisions: { prune: false, overrule: false } },
    })
    expect(review.store.getState().notice).toMatch(/made anew/)
  })

  it('keeps the words of a failure for the place where the draft would be', async () => {
    const { stage, link } = setUp()
    stage.answers['draft.create'] = () => {
      throw new AppError('RETURN_NOTHING', { message: 'shop-web is as it was at that commit.' })
    }
    const review = createReviewStore(link)
    await review.begin('app-web', action)
    expect(review.store.getState().draft).toMatchObject({
      status: 'failed',
      failure: { code: 'RETURN_NOTHING' },
    })
  })
})

describe('a session', () => {
  it('streams while somebody looks and stops with the last one', async () => {
    const { link } = setUp()
    const session = createSession(link, 'app-web')
    const filled = new Promise<void>((resolve) => {
      session.timeline.subscribe(({ items }) => {
        if (items.size === timeline.length) resolve()
      })
    })
    const first = session.look()
    const second = session.look()
    await filled
    first()
    expect(session.timeline.getState().status).toBe('ready')
    second()
    expect(session.timeline.getState().items.size).toBe(timeline.length)
  })
})
