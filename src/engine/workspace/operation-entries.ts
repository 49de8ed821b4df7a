import { z } from 'zod'
import { CommandRun, Operation, Outcome, PullRequest, ResourceHealth, Step, StepName } from '#contract'
import type { ResourceKey } from '#contract'
import { isProposable } from '#core'

/** Who runs an operation. `session` tells two workspaces of one process apart, as after a restart of the engine inside it. */
const Owner = z.object({ pid: z.number(), start: z.string().optional(), session: z.string().optional() })
export type Owner = z.infer<typeof Owner>

const Begin = Owner.extend({
  type: z.literal('begin'),
  id: z.string(),
  at: z.string(),
  kind: Operation.unwrap().shape.kind,
  appId: z.string(),
  appName: z.string(),
  title: z.string(),
  who: z.string(),
  steps: z.array(StepName),
  revision: z.string().optional(),
  data: z.unknown(),
})
/** One line of the journal. */
export const Entry = z.discriminatedUnion('type', [
  Begin,
  Owner.extend({ type: z.literal('resume'), id: z.string() }),
  z.object({ type: z.literal('step'), id: z.string(), step: Step }),
  z.object({ type: z.literal('outcome'), id: z.string(), outcome: Outcome }),
  z.object({ type: z.literal('health'), id: z.string(), health: ResourceHealth }),
  z.object({ type: z.literal('command'), id: z.string(), command: CommandRun }),
  z.object({
    type: z.literal('note'),
    id: z.string(),
    commit: z.string().optional(),
    revision: z.string().optional(),
    planId: z.string().optional(),
    pullRequest: PullRequest.optional(),
    proposable: z.boolean().optional(),
    again: Operation.unwrap().shape.again,
    data: z.unknown().optional(),
  }),
  z.object({ type: z.literal('wait'), id: z.string() }),
  z.object({
    type: z.literal('finish'),
    id: z.string(),
    at: z.string(),
    state: z.enum(['done', 'failed', 'cancelled', 'stopped']),
    failure: z.object({ code: z.string(), message: z.string() }).optional(),
    /** What stopped it can be mended: the operation may be taken up again. */
    resumable: z.boolean().optional(),
  }),
])
export type Entry = z.infer<typeof Entry>

/** An operation as far as the journal tells it. `data` is what going on needs. */
export type Kept = { readonly operation: Operation; readonly owner: Owner; readonly data: unknown }

/** The next state of an operation; undefined when its beginning is not known (it is older than what was read). */
export function afterEntry(kept: Kept | undefined, entry: Entry): Kept | undefined {
  if (entry.type === 'begin') return { operation: begun(entry), owner: ownerOf(entry), data: entry.data }
  if (kept === undefined) return undefined
  const { operation } = kept
  switch (entry.type) {
    case 'resume':
      return {
        ...kept,
        owner: ownerOf(entry),
        operation: { ...begunAgain(operation), state: 'running', cancellable: true, resumable: false },
      }
    case 'note':
      return { ...kept, operation: noted(operation, entry), data: entry.data ?? kept.data }
    case 'step': {
      const cancellable = operation.state === 'running' && !isPastCancel(entry.step)
      return {
        ...kept,
        operation: { ...operation, steps: withStep(operation.steps, entry.step), cancellable },
      }
    }
    case 'outcome':
      return { ...kept, operation: { ...operation, outcomes: withKeyed(operation.outcomes, entry.outcome) } }
    case 'health':
      return { ...kept, operation: { ...operation, health: withKeyed(operation.health, entry.health) } }
    case 'command':
      return { ...kept, operation: { ...operation, commands: [...operation.commands, entry.command] } }
    case 'wait':
      return { ...kept, operation: { ...operation, state: 'waiting', cancellable: true, resumable: true } }
    case 'finish': {
      const { at, state, failure, resumable = false } = entry
      const finished = { ...operation, state, finishedAt: at, cancellable: false, resumable }
      if (failure === undefined) return { ...kept, operation: finished }
      return { ...kept, operation: { ...finished, failure, ...proposableAfter(failure.code) } }
    }
  }
}

/** What it failed with the last time is over. */
function begunAgain({ failure: _failure, finishedAt: _finishedAt, ...operation }: Operation): Operation {
  return operation
}

function ownerOf({ pid, start, session }: Owner): Owner {
  return { pid, start, session }
}

function begun(entry: z.infer<typeof Begin>): Operation {
  const { id, kind, appId, appName, title, who, at, steps, revision } = entry
  return {
    id,
    kind,
    appId,
    appName,
    title,
    who,
    startedAt: at,
    state: 'running',
    steps: steps.map((name) => ({ name, state: 'waiting' })),
    outcomes: [],
    health: [],
    commands: [],
    cancellable: true,
    resumable: false,
    ...(revision === undefined ? {} : { revision }),
  }
}

function noted(operation: Operation, note: Extract<Entry, { type: 'note' }>): Operation {
  const { commit, revision, planId, pullRequest, proposable, again } = note
  return {
    ...operation,
    ...(commit === undefined ? {} : { commit }),
    ...(revision === undefined ? {} : { revision }),
    ...(planId === undefined ? {} : { planId }),
    ...(pullRequest === undefined ? {} : { pullRequest }),
    ...(proposable === undefined ? {} : { proposable }),
    ...(again === undefined ? {} : { again }),
  }
}

function proposableAfter(code: string): { readonly proposable?: true } {
  return isProposable(code) ? { proposable: true } : {}
}

/** A push cannot be taken back while it runs; a sync can be cancelled between objects. */
function isPastCancel(step: Step): boolean {
  return step.name === 'push' && step.state === 'running'
}

function withStep(steps: readonly Step[], step: Step): readonly Step[] {
  const index = steps.findIndex(({ name }) => name === step.name)
  return index < 0 ? [...steps, step] : steps.with(index, step)
}

/** The newest word about an object stands where the first one stood. */
function withKeyed<T extends { readonly key: ResourceKey }>(items: readonly T[], item: T): readonly T[] {
  const index = items.findIndex(({ key }) => isSameKey(key, item.key))
  return index < 0 ? [...items, item] : items.with(index, item)
}

function isSameKey(a: ResourceKey, b: ResourceKey): boolean {
  return a.name === b.name && a.kind === b.kind && a.namespace === b.namespace && a.group === b.group
}
