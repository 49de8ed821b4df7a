import { AppError, CallError, toFailure } from '#contract'
import type { Failure } from '#contract'

/** What a call threw, as data to show. Anything unforeseen becomes INTERNAL. */
export function failureOf(error: unknown): Failure {
  if (error instanceof CallError) return error.failure
  if (error instanceof AppError) return toFailure(error)
  return toFailure(error)
}
