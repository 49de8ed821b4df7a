import { z } from 'zod'
import { CommandRun, Operation, Outcome, ResourceHealth, Step, StepName } from '#contract'
import { isAlive } from './file-lock.ts'
import type { Journal } from './journal.ts'

const Begin = z.object({
  type: z.literal('begin'),
  id: z.string(),
  at: z.string(),
  pid: z.number(),
  kind: Operation.unwrap().shape.kind,
  appId: z.string(),
  appName: z.string(),
  title: z.string(),
  who: z.string(),
  steps: z.array(StepName),
  revision: z.string().optional(),
  data: z.unknown(),
})
const Entry = z.discriminatedUnion('type', [
  Begin,
  z.object({ type: z.literal('resume'), id: z.string(), pid: z.number() }),
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
    data: z.unknown().optional(),
  }),
  z.object({
    type: z.literal('finish'),
    id: z.string(),
    at: z.string(),
    state: z.enum(['done', 'failed', 'cancelled', 'stopped']),
    failure: z.object({ code: z.string(), message: z.string() }).optional(),
  }),
])
type Entry = z.infer<typeof Entry>
type Kept = { readonly operation: Operation; readonly pid: number; readonly data: unknown }

export type Operations = {
  readonly list: () => readonly Operation[]
  readonly get: (id: string) => Operation | undefined
  /** What going on needs, as `begin` or the newest `note` gave it. */
  readonly dataOf: (id: string) => unknown
  readonly record: (entry: Entry, options?: { readonly sync?: boolean }) => Promise<void>
  readonly onChange: (listener: () => void) => () => void
}

const keptOperations = 500

/**
 * Operations as the journal tells them. One that has no end and whose process is gone is `interrupted`: its steps say how far it got, and it
 * can be resumed.
 */
export async function openOperations(journal: Journal): Promise<Operations> {
  const known = new Map<string, Kept>()
  const listeners = new Set<() => void>()
  const { entries } = await journal.read()
  for (const raw of entries) {
    const entry = Entry.safeParse(raw)
    if (entry.success) accept(known, entry.data)
  }
  return {
    list: () => [...known.values()].map(toShown).toReversed(),
    get: (id) => {
      const kept = known.get(id)
      return kept === undefined ? undefined : toShown(kept)
    },
    dataOf: (id) => known.get(id)?.data,
    record: async (entry, options) => {
      await journal.append(entry, options)
      accept(known, entry)
      if (known.size > keptOperations) known.delete(known.keys().next().value ?? '')
      for (const listener of listeners) listener()
    },
    onChange: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

function toShown({ operation, pid }: Kept): Operation {
  const interrupted = operation.state === 'running' && !isAlive(pid)
  return interrupted ? { ...operation, state: 'interrupted', cancellable: false, resumable: true } : operation
}

function accept(known: Map<string, Kept>, entry: Entry): void {
  if (entry.type === 'begin') {
    known.set(entry.id, { operation: begun(entry), pid: entry.pid, data: entry.data })
    return
  }
  const kept = known.get(entry.id)
  if (kept === undefined) return
  if (entry.type === 'resume')
    known.set(entry.id, {
      ...kept,
      pid: entry.pid,
      operation: { ...kept.operation, state: 'running', resumable: false, cancellable: true },
    })
  else if (entry.type === 'note')
    known.set(entry.id, { ...kept, operation: noted(kept.operation, entry), data: entry.data ?? kept.data })
  else known.set(entry.id, { ...kept, operation: applied(kept.operation, entry) })
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
  const { commit, revision, planId } = note
  return {
    ...operation,
    ...(commit === undefined ? {} : { commit }),
    ...(revision === undefined ? {} : { revision }),
    ...(planId === undefined ? {} : { planId }),
  }
}

function applied(
  operation: Operation,
  entry: Exclude<Entry, { type: 'begin' | 'resume' | 'note' }>,
): Operation {
  switch (entry.type) {
    case 'step':
      return {
        ...operation,
        steps: withStep(operation.steps, entry.step),
        cancellable: operation.cancellable && !pastCancel(entry.step),
      }
    case 'outcome':
      return {
        ...operation,
        outcomes: [
          ...operation.outcomes.filter(
            ({ key }) => JSON.stringify(key) !== JSON.stringify(entry.outcome.key),
          ),
          entry.outcome,
        ],
      }
    case 'health':
      return {
        ...operation,
        health: [
          ...operation.health.filter(({ key }) => JSON.stringify(key) !== JSON.stringify(entry.health.key)),
          entry.health,
        ],
      }
    case 'command':
      return { ...operation, commands: [...operation.commands, entry.command] }
    case 'finish':
      return {
        ...operation,
        state: entry.state,
        finishedAt: entry.at,
        cancellable: false,
        ...(entry.failure === undefined ? {} : { failure: entry.failure }),
      }
  }
}

/** A push cannot be taken back while it runs; a sync can be cancelled between objects. */
function pastCancel(step: Step): boolean {
  return step.name === 'push' && step.state === 'running'
}

function withStep(steps: readonly Step[], step: Step): readonly Step[] {
  const index = steps.findIndex(({ name }) => name === step.name)
  return index < 0 ? [...steps, step] : steps.with(index, step)
}
