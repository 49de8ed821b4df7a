import { createStore } from 'zustand/vanilla'
import type { StoreApi } from 'zustand/vanilla'
import type { Decisions, Draft, DraftAction, DraftRequest, Failure, Plan, SafetyReport } from '#contract'
import { failureOf } from '../transport/failure-of.ts'
import type { Link } from '../transport/link.ts'
import { noDecisions } from './approval.ts'
import type { Load } from './load.ts'
import { failed, idle, loading, ready } from './load.ts'

/** What the operator fills in while looking at a draft. */
export type ReviewForm = {
  readonly subject: string
  readonly body: string
  readonly thenSync: boolean
  readonly acceptNotRendering: boolean
  readonly decisions: Decisions
  /** What is being written into conflicts, by their tokens: kept while the draft is made anew. */
  readonly texts: Readonly<Record<string, string>>
}

export type ReviewState = {
  readonly request: DraftRequest | undefined
  readonly draft: Load<Draft>
  /** `idle` where the app has no destination or the draft cannot be planned. */
  readonly plan: Load<Plan>
  /** Read from the cluster, likewise. */
  readonly safety: Load<SafetyReport>
  readonly form: ReviewForm
  readonly landing: boolean
  readonly failure: Failure | undefined
  /** Why what is shown was made anew. */
  readonly notice: string | undefined
}

const blankForm: ReviewForm = {
  subject: '',
  body: '',
  thenSync: true,
  acceptNotRendering: false,
  decisions: noDecisions,
  texts: {},
}
export const emptyReview: ReviewState = {
  request: undefined,
  draft: idle,
  plan: idle,
  safety: idle,
  form: blankForm,
  landing: false,
  failure: undefined,
  notice: undefined,
}

/** The draft was void when it was sent: it is made anew and looked at again. */
const draftMoved = new Set(['DRAFT_STALE', 'DRAFT_GONE', 'GIT_REF_MOVED', 'PUSH_REJECTED'])
const planMoved = new Set(['PLAN_STALE', 'PLAN_GONE', 'CLUSTER_CHANGED', 'KUBE_CONFLICT'])

/** What has to be made anew after a refused landing. */
export function remadeAfter(code: string): 'draft' | 'plan' | undefined {
  if (draftMoved.has(code)) return 'draft'
  return planMoved.has(code) ? 'plan' : undefined
}

/** A draft arrived: the message is proposed once, what was typed since is kept. */
export function withDraft(state: ReviewState, draft: Draft): ReviewState {
  const untouched = state.form.subject === ''
  return {
    ...state,
    draft: ready(draft),
    form: {
      ...state.form,
      ...(untouched ? { subject: draft.message.subject, body: draft.message.body } : {}),
      acceptNotRendering: false,
      decisions: noDecisions,
    },
  }
}

/** A message that nobody changed makes room for that of another draft. */
function withoutProposal(form: ReviewForm, { message }: Draft): ReviewForm {
  const isProposed = form.subject === message.subject && form.body === message.body
  return isProposed ? { ...form, subject: '', body: '' } : form
}

export type ReviewStore = {
  readonly store: StoreApi<ReviewState>
  readonly begin: (appId: string, action: DraftAction) => Promise<void>
  readonly choose: (
    choice: Partial<Pick<DraftRequest, 'action' | 'shared' | 'landing' | 'resolutions'>>,
  ) => Promise<void>
  readonly remake: () => Promise<void>
  readonly replan: () => Promise<void>
  readonly edit: (form: Partial<ReviewForm>) => void
  readonly discard: () => void
  /** The id of the operation; `undefined` = refused, and the state says why. */
  readonly land: () => Promise<string | undefined>
}

export function createReviewStore(link: Link): ReviewStore {
  const store = createStore<ReviewState>(() => emptyReview)
  let turn = 0
  const make = async (request: DraftRequest, notice?: string) => {
    const own = ++turn
    const old = store.getState().draft
    store.setState({
      request,
      draft: loading(Date.now()),
      plan: idle,
      safety: idle,
      failure: undefined,
      notice,
    })
    if (old.status === 'ready') forget(link, old.value.id)
    try {
      const draft = await link.client.call('draft.create', request)
      if (own !== turn) return forget(link, draft.id)
      store.setState((state) => withDraft(state, draft), true)
      if (isPlannable(draft)) await Promise.all([plan(draft.id, own), judge(draft.id, own)])
    } catch (error) {
      if (own === turn) store.setState({ draft: failed(failureOf(error)) })
    }
  }
  const plan = async (draftId: string, own: number) => {
    store.setState({ plan: loading(Date.now()) })
    try {
      const value = await link.client.call('draft.plan', { draftId })
      if (own === turn) store.setState({ plan: ready(value) })
    } catch (error) {
      if (own === turn) store.setState({ plan: failed(failureOf(error)) })
    }
  }
  const judge = async (draftId: string, own: number) => {
    store.setState({ safety: loading(Date.now()) })
    try {
      const value = await link.client.call('draft.safety', { draftId })
      if (own === turn) store.setState({ safety: ready(value) })
    } catch (error) {
      if (own === turn) store.setState({ safety: failed(failureOf(error)) })
    }
  }
  const remake = async (notice?: string) => {
    const { request } = store.getState()
    if (request !== undefined) await make(request, notice)
  }
  const replan = async (notice?: string) => {
    const { draft } = store.getState()
    if (draft.status !== 'ready') return
    store.setState(({ form }) => ({ notice, form: { ...form, decisions: noDecisions } }))
    await plan(draft.value.id, turn)
  }
  const land = async () => {
    const state = store.getState()
    const request = toLandRequest(state)
    if (request === undefined || state.landing) return undefined
    store.setState({ landing: true, failure: undefined })
    try {
      const { operationId } = await link.client.call('draft.land', request)
      turn += 1
      store.setState(emptyReview, true)
      return operationId
    } catch (error) {
      const failure = failureOf(error)
      store.setState({ landing: false, failure })
      const again = remadeAfter(failure.code)
      if (again === 'draft') await remake(`${failure.message} This draft was made anew: look at it again.`)
      if (again === 'plan') await replan(`${failure.message} The plan was made anew: look at it again.`)
      return undefined
    }
  }
  return {
    store,
    begin: (appId, action) => {
      store.setState({ form: blankForm, landing: false })
      return make({ appId, action, shared: 'ask' })
    },
    choose: async (choice) => {
      const { request, draft, form } = store.getState()
      if (request === undefined) return
      if (draft.status === 'ready') store.setState({ form: withoutProposal(form, draft.value) })
      await make({ ...request, ...choice })
    },
    remake: () => remake(),
    replan: () => replan(),
    edit: (form) => store.setState((state) => ({ form: { ...state.form, ...form } })),
    discard: () => {
      const { draft } = store.getState()
      turn += 1
      if (draft.status === 'ready') forget(link, draft.value.id)
      store.setState(emptyReview, true)
    },
    land,
  }
}

/** What is sent: the fingerprints of exactly what is on screen. */
export function toLandRequest({ draft, plan, form }: ReviewState) {
  if (draft.status !== 'ready') return undefined
  const { id: draftId, fingerprint } = draft.value
  const { subject, body, acceptNotRendering, decisions } = form
  const synced = planToSync({ plan, form })
  return {
    draftId,
    fingerprint,
    message: { subject, body },
    acceptNotRendering,
    ...(decisions.confirmedContext === undefined ? {} : { confirmedContext: decisions.confirmedContext }),
    ...(synced === undefined
      ? {}
      : { sync: { planId: synced.id, fingerprint: synced.fingerprint, decisions } }),
  }
}

/** The plan that landing carries out: the switch is on and there is one that could be. */
export function planToSync({ plan, form }: Pick<ReviewState, 'plan' | 'form'>): Plan | undefined {
  if (!form.thenSync || plan.status !== 'ready' || plan.value.companion !== undefined) return undefined
  return plan.value
}

function isPlannable({ conflicts, needs }: Draft): boolean {
  return conflicts.length === 0 && needs.length === 0
}

/** A draft that nobody looks at any more; that it is gone already is fine too. */
function forget(link: Link, draftId: string): void {
  link.client.call('draft.discard', { draftId }).catch((error: unknown) => {
    if (failureOf(error).code === 'INTERNAL') throw error
  })
}
