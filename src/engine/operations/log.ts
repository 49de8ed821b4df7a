import type {
  CommandRun,
  DraftAction,
  Operation,
  Outcome,
  PullRequest,
  ResourceHealth,
  Step,
  StepName,
} from '#contract'

export type BeginOperation = {
  readonly kind: Operation['kind']
  readonly appId: string
  readonly appName: string
  readonly title: string
  readonly who: string
  /** The steps that it will have, in order; all `waiting` at first. */
  readonly steps: readonly StepName[]
  /** What going on after a crash needs; kept in the journal, never shown. No secrets. */
  readonly data: unknown
  readonly revision?: string
}

/** Where operations are on record, from before their first effect. The workspace's journal is one. */
export type OperationLog = {
  readonly begin: (input: BeginOperation) => Promise<string>
  readonly step: (id: string, step: Step) => Promise<void>
  readonly outcome: (id: string, outcome: Outcome) => void
  readonly health: (id: string, health: ResourceHealth) => void
  readonly command: (id: string, command: CommandRun) => void
  readonly note: (
    id: string,
    facts: {
      readonly commit?: string
      readonly revision?: string
      readonly planId?: string
      readonly pullRequest?: PullRequest
      readonly proposable?: boolean
      readonly again?: DraftAction
      readonly data?: unknown
    },
  ) => Promise<void>
  /** It waits for others: no process has it any more. */
  readonly wait: (id: string) => Promise<void>
  readonly finish: (
    id: string,
    state: 'done' | 'failed' | 'cancelled' | 'stopped',
    failure?: { readonly code: string; readonly message: string },
    resumable?: boolean,
  ) => Promise<void>
}

/** Steps of one operation with their times: `run` marks it running, then done, failed or cancelled. */
export function stepsOf(log: OperationLog, id: string, now: () => string) {
  const started = new Map<StepName, string>()
  const mark = (name: StepName, state: Step['state'], words?: string) => {
    if (state === 'running' && !started.has(name)) started.set(name, now())
    const startedAt = started.get(name)
    return log.step(id, {
      name,
      state,
      ...(startedAt === undefined ? {} : { startedAt }),
      ...(state === 'running' || state === 'waiting' ? {} : { finishedAt: now() }),
      ...(words === undefined ? {} : { words }),
    })
  }
  const run = async <T>(
    name: StepName,
    work: () => Promise<T>,
    words: (result: T) => string | undefined,
  ): Promise<T> => {
    await mark(name, 'running')
    try {
      const result = await work()
      await mark(name, 'done', words(result))
      return result
    } catch (error) {
      const cancelled = error instanceof Error && 'code' in error && error.code === 'CANCELLED'
      await mark(name, cancelled ? 'cancelled' : 'failed', error instanceof Error ? error.message : undefined)
      throw error
    }
  }
  return { mark, run }
}
