import { createStore } from 'zustand/vanilla'
import type { StoreApi } from 'zustand/vanilla'
import type { Output, TimelineRow } from '#contract'
import type { Link } from '../transport/link.ts'
import type { Ask } from './ask.ts'
import { createAsk } from './ask.ts'
import type { Collection } from './collection.ts'
import { createCollection, followCollection } from './collection.ts'
import type { StreamStore } from './stream-store.ts'
import { createSignatures } from './signatures.ts'
import type { Signatures } from './signatures.ts'
import { createTimelineFocus } from './timeline-focus.ts'
import type { TimelineScope } from './timeline-filter.ts'
import { createStreamStore } from './stream-store.ts'

/** What an open app shows: its streams run while somebody looks. */
export type AppSession = {
  readonly appId: string
  readonly replicas: StreamStore<Output<'replicas.watch'>>
  readonly timeline: StoreApi<Collection<TimelineRow>>
  /** Which commits the timeline is of. */
  readonly scope: StoreApi<TimelineScope>
  /** Asks for other commits; the same again changes nothing. */
  readonly narrow: (scope: TimelineScope) => void
  readonly signatures: Signatures
  /** Tells which rows are in view. */
  readonly focus: (rows: readonly number[]) => void
  /** Reads more of the past. */
  readonly showOlder: () => void
  readonly limit: () => number
  readonly commit: Ask<'commit.show'>
  readonly plan: Ask<'plan.create'>
  readonly compare: Ask<'compare.run'>
  /** Begins to look; the answer ends it. The streams stop when nobody looks any more. */
  readonly look: () => () => void
}

const firstLimit = 500

export function createSession(link: Link, appId: string): AppSession {
  const replicas = createStreamStore(link, 'replicas.watch', { appId })
  const timeline = createCollection<TimelineRow>()
  const scope = createStore<TimelineScope>(() => ({}))
  const focus = createTimelineFocus((rows) => {
    // Only a hint: when it is not heard, rows are rendered from the newest on.
    link.client.call('timeline.focus', { appId, rows: [...rows] }).catch(() => undefined)
  })
  let limit = firstLimit
  let lookers = 0
  let stopTimeline: (() => void) | undefined
  const startTimeline = () => {
    stopTimeline?.()
    stopTimeline = followCollection(
      link,
      { name: 'timeline.watch', input: { appId, limit, ...scope.getState() } },
      timeline,
      ({ commit }) => commit.oid,
    )
  }
  return {
    appId,
    replicas,
    timeline,
    scope,
    narrow: (next) => {
      if (JSON.stringify(next) === JSON.stringify(scope.getState())) return
      scope.setState(next, true)
      if (lookers > 0) startTimeline()
    },
    focus,
    signatures: createSignatures((commits) =>
      link.client.call('timeline.signatures', { appId, commits: [...commits] }),
    ),
    limit: () => limit,
    showOlder: () => {
      limit *= 4
      startTimeline()
    },
    commit: createAsk(link, 'commit.show', { keep: true }),
    plan: createAsk(link, 'plan.create', { keep: true }),
    compare: createAsk(link, 'compare.run', { keep: true }),
    look: () => {
      lookers += 1
      if (lookers === 1) {
        replicas.start()
        startTimeline()
      }
      return () => {
        lookers -= 1
        if (lookers > 0) return
        replicas.stop()
        stopTimeline?.()
      }
    },
  }
}
