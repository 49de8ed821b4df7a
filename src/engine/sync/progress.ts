import type { Outcome, ResourceHealth, Step, StepName } from '#contract'
import { keyString } from '#core'
import { isoTime } from './clock.ts'
import type { Clock, SyncEvent } from './sync.ts'

/** What has happened so far, told as it happens. */
export type Progress = {
  readonly outcome: (outcome: Outcome) => void
  readonly health: (health: ResourceHealth) => void
  readonly step: (name: StepName, state: Step['state'], words?: string) => void
  readonly outcomes: () => readonly Outcome[]
  readonly healths: () => readonly ResourceHealth[]
  readonly counts: () => Readonly<Record<string, number>>
}

export function createProgress(clock: Clock, onEvent: (event: SyncEvent) => void): Progress {
  const outcomes = new Map<string, Outcome>()
  const healths = new Map<string, ResourceHealth>()
  const started = new Map<StepName, string>()
  return {
    outcome: (outcome) => {
      outcomes.set(keyString(outcome.key), outcome)
      onEvent({ type: 'outcome', outcome })
    },
    health: (health) => {
      healths.set(keyString(health.key), health)
      onEvent({ type: 'health', health })
    },
    step: (name, state, words) => {
      const now = isoTime(clock)
      if (state === 'running' && !started.has(name)) started.set(name, now)
      const startedAt = started.get(name)
      const step: Step = {
        name,
        state,
        ...(startedAt === undefined ? {} : { startedAt }),
        ...(state === 'running' || state === 'waiting' ? {} : { finishedAt: now }),
        ...(words === undefined ? {} : { words }),
      }
      onEvent({ type: 'step', step })
    },
    outcomes: () => [...outcomes.values()],
    healths: () => [...healths.values()],
    counts: () => {
      const counts: Record<string, number> = {}
      for (const { outcome } of outcomes.values()) counts[outcome] = (counts[outcome] ?? 0) + 1
      return counts
    },
  }
}
