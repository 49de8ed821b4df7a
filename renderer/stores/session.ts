import type { StoreApi } from 'zustand/vanilla'
import type { Output, TimelineRow } from '#contract'
import type { Link } from '../transport/link.ts'
import type { Ask } from './ask.ts'
import { createAsk } from './ask.ts'
import type { Collection } from './collection.ts'
import { createCollection, followCollection } from './collection.ts'
import type { StreamStore } from './stream-store.ts'
import { createStreamStore } from './stream-store.ts'

/** What an open app shows: its streams run while somebody looks. */
export type AppSession = {
  readonly appId: string
  readonly replicas: StreamStore<Output<'replicas.watch'>>
  readonly timeline: StoreApi<Collection<TimelineRow>>
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
  let limit = firstLimit
  let lookers = 0
  let stopTimeline: (() => void) | undefined
  const startTimeline = () => {
    stopTimeline?.()
    stopTimeline = followCollection(
      link,
      { name: 'timeline.watch', input: { appId, limit } },
      timeline,
      ({ commit }) => commit.oid,
    )
  }
  return {
    appId,
    replicas,
    timeline,
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
