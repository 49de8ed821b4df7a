import { AppError } from '#contract'
import type { AppErrorOptions, ErrorCode } from '#contract'
import type { RunResult } from '../process/index.ts'

type Rule = {
  readonly pattern: RegExp
  readonly code: ErrorCode
  readonly options?: Pick<AppErrorOptions, 'action' | 'retryable'>
}

/** What git says (in LC_ALL=C) -> our code. First hit wins; seen with git 2.25 to 2.54. */
const rules: readonly Rule[] = [
  { pattern: /detected dubious ownership/, code: 'REPO_DUBIOUS' },
  { pattern: /not a git repository/i, code: 'REPO_NOT_GIT', options: { action: 'open-settings' } },
  {
    pattern: /No space left on device|Disk quota exceeded/,
    code: 'DISK_FULL',
    options: { action: 'retry', retryable: true },
  },
  { pattern: /Read-only file system/, code: 'DISK_FAILED' },
  {
    pattern: /Unable to create '.*\.lock'|cannot lock ref '.*': Unable to create|index\.lock/,
    code: 'GIT_BUSY',
    options: { action: 'retry', retryable: true },
  },
  {
    pattern: /cannot lock ref '.*': (is at|reference)|\(stale info\)/,
    code: 'GIT_REF_MOVED',
    options: { action: 'refresh', retryable: true },
  },
  {
    pattern:
      /terminal prompts disabled|Authentication failed|could not read (Username|Password)|Permission denied \((publickey|password)|HTTP Basic: Access denied|403 Forbidden|error: 40[13]/,
    code: 'REMOTE_CREDENTIALS',
    options: { action: 'sign-in' },
  },
  { pattern: /Host key verification failed/, code: 'REMOTE_HOST_UNKNOWN' },
  {
    pattern:
      /does not appear to be a git repository|Could not read from remote|Could not resolve host|Connection (refused|timed out|reset)|unable to access|repository '.*' not found|Network is unreachable|early EOF|hung up unexpectedly/i,
    code: 'REMOTE_UNREACHABLE',
    options: { action: 'retry', retryable: true },
  },
  {
    pattern:
      /bad object|loose object .* is corrupt|unable to read (tree|sha1 file)|packfile .* (is corrupt|cannot be accessed)|object file .* is empty/,
    code: 'REPO_CORRUPT',
  },
  {
    pattern: /Please tell me who you are|unable to auto-detect email|empty ident name/,
    code: 'GIT_IDENTITY_MISSING',
    options: { action: 'set-identity' },
  },
]

/** A failed git run as our error: the object (folder) first, then git's own words. Remote URLs lose their credentials. */
export function toGitError(args: readonly string[], result: RunResult, cwd: string): AppError {
  const verb = args.find((arg) => !arg.startsWith('-')) ?? 'git'
  if (result.end === 'cancelled') return new AppError('CANCELLED', { message: `git ${verb} was cancelled.` })
  if (result.end === 'timeout')
    return new AppError('GIT_TIMEOUT', {
      message: `${cwd}: git ${verb} did not end in time.`,
      retryable: true,
      action: 'retry',
    })
  if (result.end === 'missing')
    return new AppError('GIT_MISSING', { message: 'git was not found on the PATH.', action: 'open-doctor' })
  if (result.end === 'too-large')
    return new AppError('GIT_FAILED', { message: `${cwd}: git ${verb} gave more output than is read.` })
  const words = maskUrls(result.stderr.trim())
  const rule = rules.find(({ pattern }) => pattern.test(result.stderr))
  const message = `${cwd}: git ${verb}: ${words === '' ? `exit code ${result.exitCode ?? 'none'}` : lastLines(words)}`
  return new AppError(rule?.code ?? 'GIT_FAILED', { message, subject: cwd, ...rule?.options })
}

function maskUrls(text: string): string {
  return text.replace(/(\b[a-z][a-z0-9+.-]*:\/\/)[^/@\s]+@/gi, '$1***@')
}

function lastLines(text: string): string {
  return text.split('\n').slice(-6).join('\n')
}
