import { createStore } from 'zustand/vanilla'
import type { StoreApi } from 'zustand/vanilla'
import type { AppRow, Connection, Operation, Output, Question } from '#contract'
import type { Link, LinkState } from '../transport/link.ts'
import type { Ask } from './ask.ts'
import { createAsk } from './ask.ts'
import type { Blames } from './blames.ts'
import { createBlames } from './blames.ts'
import type { Collection } from './collection.ts'
import { createCollection, followCollection } from './collection.ts'
import { assignMarks } from './commit-colours.ts'
import type { CommitMark } from './commit-colours.ts'
import { tellNetwork } from './network.ts'
import type { PlanDiffs } from './plan-diffs.ts'
import { createPlanDiffs } from './plan-diffs.ts'
import type { ReviewStore } from './review.ts'
import { createReviewStore } from './review.ts'
import type { RouteStore } from './route.ts'
import { createRouteStore } from './route.ts'
import type { AppSession } from './session.ts'
import { createSession } from './session.ts'
import type { StreamStore } from './stream-store.ts'
import { createStreamStore } from './stream-store.ts'
import type { TrayStore } from './tray.ts'
import { createTrayStore } from './tray.ts'

export type MarksByApp = ReadonlyMap<string, ReadonlyMap<string, CommitMark>>

/** Everything the window knows: projections of what the engine says, and what the operator has typed. */
export type Stores = {
  readonly link: Link
  readonly linkState: StoreApi<{ readonly state: LinkState }>
  readonly route: RouteStore
  readonly about: Ask<'about.get'>
  readonly git: Ask<'git.state'>
  readonly workspace: StreamStore<Output<'workspace.watch'>>
  readonly apps: StoreApi<Collection<AppRow>>
  readonly connections: StoreApi<Collection<Connection>>
  readonly operations: StoreApi<Collection<Operation>>
  readonly questions: StoreApi<Collection<Question>>
  readonly marks: StoreApi<{ readonly byApp: MarksByApp }>
  readonly tray: TrayStore
  readonly review: ReviewStore
  readonly diffs: PlanDiffs
  readonly blames: Blames
  readonly session: (appId: string) => AppSession
  readonly startAgain: () => void
}

/** Makes all stores and starts what every page needs. */
export function createStores(link: Link, page: Window): Stores {
  const linkState = createStore<{ readonly state: LinkState }>(() => ({ state: link.state() }))
  link.onState((state) => linkState.setState({ state }))
  const apps = createCollection<AppRow>()
  const connections = createCollection<Connection>()
  const operations = createCollection<Operation>()
  const questions = createCollection<Question>()
  const workspace = createStreamStore(link, 'workspace.watch', {})
  const about = createAsk(link, 'about.get')
  const git = createAsk(link, 'git.state', { keep: true })
  const marks = createStore<{ readonly byApp: MarksByApp }>(() => ({ byApp: new Map() }))
  const see = (appId: string, oids: readonly string[]) => markSeen(marks, appId, oids)
  apps.subscribe(({ items }, old) => {
    for (const [id, row] of items) if (old.items.get(id) !== row) see(id, commitsOf(row.pods))
  })
  const sessions = new Map<string, AppSession>()
  const stops: (() => void)[] = []
  const startAgain = () => {
    for (const stop of stops.splice(0)) stop()
    workspace.start()
    stops.push(
      followCollection(link, { name: 'apps.watch', input: {} }, apps, ({ id }) => id),
      followCollection(link, { name: 'connections.watch', input: {} }, connections, ({ context }) => context),
      followCollection(link, { name: 'operations.watch', input: {} }, operations, ({ id }) => id),
      followCollection(link, { name: 'questions.watch', input: {} }, questions, ({ id }) => id),
    )
  }
  const askAbout = () => {
    if (link.state().status !== 'open') return
    void about.ask({})
    void git.ask({})
  }
  link.onState(askAbout)
  askAbout()
  startAgain()
  tellNetwork(link, page)
  return {
    link,
    linkState,
    route: createRouteStore(page),
    about,
    git,
    workspace,
    apps,
    connections,
    operations,
    questions,
    marks,
    tray: createTrayStore(),
    review: createReviewStore(link),
    diffs: createPlanDiffs(link),
    blames: createBlames(link),
    session: (appId) => {
      const known = sessions.get(appId)
      if (known !== undefined) return known
      const session = createSession(link, appId)
      session.replicas.store.subscribe((load) => {
        if (load.status === 'ready')
          see(
            appId,
            load.value.workloads.flatMap(({ pods }) => commitsOf(pods)),
          )
      })
      sessions.set(appId, session)
      return session
    },
    startAgain,
  }
}

function commitsOf(pods: AppRow['pods']): readonly string[] {
  return pods.flatMap(({ commit }) => (commit === undefined ? [] : [commit]))
}

function markSeen(
  store: StoreApi<{ readonly byApp: MarksByApp }>,
  appId: string,
  oids: readonly string[],
): void {
  const { byApp } = store.getState()
  const known = byApp.get(appId) ?? new Map<string, CommitMark>()
  const next = assignMarks(known, oids)
  if (next !== known) store.setState({ byApp: new Map(byApp).set(appId, next) })
}
