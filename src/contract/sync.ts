import { z } from 'zod'
import { DraftAction } from './draft.ts'
import { ResourceHealth } from './health.ts'
import { ResourceKey } from './resource.ts'
import { Oid } from './revision.ts'

/** Result for one object. Past tense and few. */
export const OutcomeWord = z.enum([
  'created',
  'updated',
  'unchanged',
  'replaced',
  'pruned',
  'skipped',
  'failed',
  'cancelled',
])
export type OutcomeWord = z.infer<typeof OutcomeWord>

export const Outcome = z
  .object({
    key: ResourceKey,
    outcome: OutcomeWord,
    code: z.string().optional(),
    message: z.string().optional(),
    durationMs: z.number(),
  })
  .readonly()
export type Outcome = z.infer<typeof Outcome>

/** The steps of an operation in their order; an operation has only those it needs. */
export const StepName = z.enum([
  'draft',
  'commit',
  'push',
  'merge',
  'fast-forward',
  'render',
  'apply',
  'prune',
  'health',
  'record',
])
export type StepName = z.infer<typeof StepName>

export const Step = z
  .object({
    name: StepName,
    state: z.enum(['waiting', 'running', 'done', 'failed', 'cancelled', 'skipped']),
    startedAt: z.string().optional(),
    finishedAt: z.string().optional(),
    /** What it waits for, did, or failed with; object first. */
    words: z.string().optional(),
  })
  .readonly()
export type Step = z.infer<typeof Step>

/** A command as it was run, without credentials, for the activity list. */
export const CommandRun = z
  .object({ command: z.string(), at: z.string(), durationMs: z.number(), exitCode: z.number().optional() })
  .readonly()
export type CommandRun = z.infer<typeof CommandRun>

/** A branch that was pushed to be merged by others. `page` opens the pull request, where the remote's address tells who hosts it. */
export const PullRequest = z
  .object({
    remote: z.string(),
    branch: z.string(),
    /** The branch to be merged into, as `remote/branch`. */
    target: z.string(),
    page: z.string().optional(),
    /** The commit that brought it, once it is merged. */
    merged: Oid.optional(),
  })
  .readonly()
export type PullRequest = z.infer<typeof PullRequest>

/**
 * One thing that was done: on record from before its first effect, in the journal, so that a killed process can say how far it
 * got. `interrupted` = the process that ran it is gone: `operations.resume` goes on from the last step that is not done. `waiting` = it
 * waits for others, without a process: each fetch looks whether it can go on, and `operations.resume` looks now.
 */
export const Operation = z
  .object({
    id: z.string(),
    kind: z.enum(['return', 'undo', 'scale', 'sync', 'take-back']),
    appId: z.string(),
    appName: z.string(),
    title: z.string(),
    who: z.string(),
    startedAt: z.string(),
    finishedAt: z.string().optional(),
    state: z.enum(['running', 'done', 'failed', 'cancelled', 'interrupted', 'stopped', 'waiting']),
    steps: z.array(Step).readonly(),
    outcomes: z.array(Outcome).readonly(),
    health: z.array(ResourceHealth).readonly(),
    commands: z.array(CommandRun).readonly(),
    /** The commit it made, once it is made. */
    commit: Oid.optional(),
    revision: Oid.optional(),
    pullRequest: PullRequest.optional(),
    /** It was refused where a pull request would do: `operations.propose` opens one of the same commit. */
    proposable: z.boolean().optional(),
    /** What was asked for, where it has to be looked at again: others changed what it touches. */
    again: DraftAction.optional(),
    /** Of the first failure: code and words; `stopped` = the world moved, `planId` is the new plan to look at. */
    failure: z.object({ code: z.string(), message: z.string() }).readonly().optional(),
    planId: z.string().optional(),
    cancellable: z.boolean(),
    resumable: z.boolean(),
  })
  .readonly()
export type Operation = z.infer<typeof Operation>
