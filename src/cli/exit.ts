import { CallError } from '#contract'
import type { Failure } from '#contract'

/** 0 fine, 1 there are differences, 2 failed, 3 refused, 130 interrupted. */
export type ExitCode = 0 | 1 | 2 | 3 | 130

/** Something decided that this must not go on as asked: a guard, a stale plan, a missing approval. Everything else is a failure. */
const refused: ReadonlySet<string> = new Set([
  'ANCESTRY',
  'APPLYSET_FOREIGN',
  'AUTOSCALER_OWNS',
  'CLONE_NOT_TRUSTED',
  'CLUSTER_CHANGED',
  'COMPANION_MODE',
  'CONTESTED',
  'CONTEXT_NOT_CONFIRMED',
  'DRAFT_BLOCKED',
  'DRAFT_NEEDS_CHOICE',
  'DRAFT_STALE',
  'EDIT_AMBIGUOUS',
  'EDIT_NOTHING',
  'EDIT_NOT_PROVEN',
  'EDIT_REFUSED',
  'FOREIGN_OWNER',
  'GIT_REF_MOVED',
  'HOOKS_NOT_SUPPORTED',
  'LIVE_UNKNOWN',
  'PLAN_BLOCKED',
  'PLAN_NOT_APPROVED',
  'PLAN_STALE',
  'PUSH_PROTECTED',
  'PUSH_REJECTED',
  'RETURN_NOTHING',
  'SYNC_LOCKED',
  'SYNC_RUNNING',
  'SYNC_STOPPED',
  'UNDO_CONFLICT',
  'UNDO_NOTHING',
  'WORKTREE_DIRTY',
])

/** Ends a command with a code that is no error of its own: differences, or an answer the operator did not give. */
export class Exit extends Error {
  readonly exitCode: ExitCode
  constructor(exitCode: ExitCode, message = '') {
    super(message)
    this.exitCode = exitCode
  }
}

export function exitCodeOf(code: string): ExitCode {
  if (code === 'CANCELLED') return 130
  return refused.has(code) ? 3 : 2
}

export function failureOf(error: unknown): Failure | undefined {
  return error instanceof CallError ? error.failure : undefined
}
