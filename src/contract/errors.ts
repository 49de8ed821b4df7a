import { z } from 'zod'
import { errorText } from './error-text.ts'
import type { ErrorCode } from './error-text.ts'

/** What the interface can do about an error, each a button. Closed: an action without a handler does not compile. */
export const ErrorAction = z.enum([
  'retry',
  'refresh',
  'sign-in',
  'choose-context',
  'open-settings',
  'show-file',
  'trust-clone',
  'set-identity',
  'show-other-commit',
  'show-plan',
  'resume',
  'open-doctor',
  'remove-lock',
])
export type ErrorAction = z.infer<typeof ErrorAction>

/** An error as data: what crosses the pipe, and the shape that the CLI prints as JSON. */
export const Failure = z
  .object({
    code: z.string(),
    /** Object first, then the cause, redacted; one paragraph. */
    message: z.string(),
    hint: z.string().optional(),
    subject: z.string().optional(),
    action: ErrorAction.optional(),
    retryable: z.boolean(),
    /** Machine-readable details for a few codes (file and line, list of shared inputs, the other commit). */
    data: z.record(z.string(), z.unknown()).optional(),
  })
  .readonly()
export type Failure = z.infer<typeof Failure>

export type AppErrorOptions = {
  readonly message: string
  readonly subject?: string
  readonly action?: ErrorAction
  readonly retryable?: boolean
  readonly data?: Readonly<Record<string, unknown>>
  readonly cause?: unknown
}

/** The one error class. `message` says what (object first) and why; the code's text table says what now. */
export class AppError extends Error {
  override readonly name = 'AppError'
  readonly code: ErrorCode
  readonly subject: string | undefined
  readonly action: ErrorAction | undefined
  readonly retryable: boolean
  readonly data: Readonly<Record<string, unknown>> | undefined

  constructor(code: ErrorCode, options: AppErrorOptions) {
    super(options.message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.subject = options.subject
    this.action = options.action
    this.retryable = options.retryable ?? false
    this.data = options.data
  }
}

/** AppError -> data. Anything else becomes INTERNAL without its message: it may hold what must not leave the process. */
export function toFailure(error: unknown): Failure {
  if (!(error instanceof AppError)) {
    return {
      code: 'INTERNAL',
      message: errorText.INTERNAL.title,
      hint: errorText.INTERNAL.hint,
      retryable: false,
    }
  }
  return {
    code: error.code,
    message: error.message,
    hint: errorText[error.code].hint,
    retryable: error.retryable,
    ...(error.subject === undefined ? {} : { subject: error.subject }),
    ...(error.action === undefined ? {} : { action: error.action }),
    ...(error.data === undefined ? {} : { data: error.data }),
  }
}

/** Closes a discriminated union: a new member without its branch does not compile. */
export function assertNever(value: never): never {
  throw new AppError('INTERNAL', { message: `Unexpected value: ${JSON.stringify(value)}` })
}
