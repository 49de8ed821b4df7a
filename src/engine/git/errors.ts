import { AppError } from '#contract'
import type { AppErrorOptions, ErrorCode } from '#contract'
import { maskText, withoutProgress } from '#core'
import type { RunResult } from '../process/index.ts'

type Rule = {
  readonly pattern: RegExp
  readonly code: ErrorCode
  readonly options?: Pick<AppErrorOptions, 'action' | 'retryable'>
}

const again = { action: 'retry', retryable: true } as const

/** What git says (in LC_ALL=C) -> our code. First hit wins; seen with git 2.25 to 2.54. */
const rules: readonly Rule[] = [
  { pattern: /detected dubious ownership|unsafe repository/, code: 'REPO_DUBIOUS' },
  { pattern: /not a git repository/i, code: 'REPO_NOT_GIT', options: { action: 'open-settings' } },
  {
    pattern: /Invalid path '|invalid gitfile format/,
    code: 'REPO_NOT_GIT',
    options: { action: 'open-settings' },
  },
  {
    pattern: /must be run in a work tree|unknown repository extension|Expected git repo version/,
    code: 'REPO_UNSUPPORTED',
  },
  {
    pattern: /bad (numeric |boolean )?config|could not (parse|expand) config|unable to parse config/i,
    code: 'REPO_CONFIG_BROKEN',
  },
  { pattern: /invalid path '/, code: 'REPO_UNSAFE_NAMES' },
  {
    pattern: /No space left on device|Disk quota exceeded|Out of diskspace/,
    code: 'DISK_FULL',
    options: again,
  },
  {
    pattern: /Read-only file system|\.lock': Permission denied|insufficient permission for adding/,
    code: 'DISK_FAILED',
  },
  {
    pattern: /Unable to create '.*\.lock': File exists|could not lock config file/,
    code: 'GIT_BUSY',
    options: again,
  },
  {
    pattern: /cannot lock ref '.*': (is at|reference|unable to resolve reference)|\(stale info\)/,
    code: 'GIT_REF_MOVED',
    options: { action: 'refresh', retryable: true },
  },
  {
    pattern:
      /failed to sign the data|gpg failed to|failed to write commit object[^]*sign|user\.signingkey needs|Couldn't (load|get) (public|private) key|incorrect passphrase supplied/i,
    code: 'GIT_SIGNING_FAILED',
    options: { action: 'retry', retryable: true },
  },
  {
    pattern: /proxy CONNECT|Proxy Authentication|from proxy|resolve proxy|response 407|error: 407/i,
    code: 'REMOTE_PROXY',
    options: again,
  },
  {
    pattern: /SSL certificate problem|server certificate verification failed|certificate subject name/i,
    code: 'REMOTE_CERTIFICATE',
  },
  // Reading never fetches: git then says so in one of these ways.
  {
    pattern: /transport '[^']*' not allowed|from promisor remote|lazy fetching disabled|promised/,
    code: 'REPO_OBJECTS_MISSING',
    options: { action: 'open-settings' },
  },
  { pattern: /REMOTE HOST IDENTIFICATION HAS CHANGED/, code: 'REMOTE_HOST_KEY' },
  {
    pattern:
      /terminal prompts disabled|Authentication failed|could not read (Username|Password)|Permission denied \((publickey|password)|HTTP Basic: Access denied|403 Forbidden|error: 40[13]/,
    code: 'REMOTE_CREDENTIALS',
    options: { action: 'sign-in' },
  },
  { pattern: /Host key verification failed/, code: 'REMOTE_HOST_UNKNOWN' },
  {
    pattern:
      /does not appear to be a git repository|Could not read from remote|Could not resolve host|Connection (refused|timed out|reset)|unable to access|repository '.*' (not found|does not exist)|Network is unreachable|early EOF|hung up unexpectedly/i,
    code: 'REMOTE_UNREACHABLE',
    options: again,
  },
  {
    pattern:
      /object .* is corrupt|unable to (read|unpack) |Could not read [0-9a-f]{40,64}|Failed to traverse parents|packfile .* (is corrupt|cannot be accessed)|object file .* is empty|bad tree object|inflate: data stream error|index file (smaller|corrupt)|bad (index file|signature)|multi-pack-index|commit-graph .* (too small|corrupt)|unexpected line in .*packed-refs|bad shallow line|No such ref: HEAD|too many levels of symbolic|malformed|missing blob|unable to (parse|find) /,
    code: 'REPO_CORRUPT',
  },
  {
    pattern: /fatal: bad object|unknown revision|bad revision|ambiguous argument|not a valid object name/i,
    code: 'COMMIT_MISSING',
    options: { action: 'refresh' },
  },
  {
    pattern: /Please tell me who you are|unable to auto-detect email|empty ident name/,
    code: 'GIT_IDENTITY_MISSING',
    options: { action: 'set-identity' },
  },
]

/**
 * A failed git run as our error: the object (folder) first, then git's own words. URLs lose their credentials. `writes`: where its objects go,
 * if not into the clone; a full disk is that one's.
 */
export function toGitError(
  args: readonly string[],
  result: Pick<RunResult, 'end' | 'exitCode' | 'stderr'>,
  cwd: string,
  writes?: string,
): AppError {
  const verb = verbOf(args)
  const unrun = notRun(verb, result, cwd)
  if (unrun !== undefined) return unrun
  const words = maskText(withoutProgress(result.stderr).trim())
  const rule = rules.find(({ pattern }) => pattern.test(result.stderr))
  const { lock, seen } = detailsOf(rule, words)
  const what = whatOf(words, { exitCode: result.exitCode, seen })
  const place = isDisk(rule) ? (writes ?? cwd) : cwd
  return new AppError(rule?.code ?? 'GIT_FAILED', {
    message: `${place}: git ${verb}: ${lock === undefined ? what : `${lock} is held by another process`}`,
    subject: place,
    ...rule?.options,
    ...(seen === undefined ? {} : { data: { fingerprint: seen } }),
    ...(lock === undefined ? {} : { data: { lock } }),
  })
}

function detailsOf(rule: Rule | undefined, words: string) {
  const lock = rule?.code === 'GIT_BUSY' ? /'([^']*\.lock)'/.exec(words)?.[1] : undefined
  const seen = rule?.code === 'REMOTE_HOST_KEY' ? /\bSHA256:[\w+/=]+/.exec(words)?.[0] : undefined
  return { lock, seen }
}

function isDisk(rule: Rule | undefined): boolean {
  return rule?.code === 'DISK_FULL' || rule?.code === 'DISK_FAILED'
}

/** What git is asked to do: the first word that is no flag and no setting. */
export function verbOf(args: readonly string[]): string {
  return args.find((arg) => /^[a-z]/.test(arg) && !arg.includes('=')) ?? 'git'
}

/** Last comes what matters, but for the fingerprint of a host, which ssh says far above. */
function whatOf(
  words: string,
  known: { readonly exitCode: number | undefined; readonly seen: string | undefined },
): string {
  if (words === '') return `exit code ${known.exitCode ?? 'none'}`
  const shown = known.seen === undefined ? '' : `the host shows the key ${known.seen}. `
  return `${shown}${lastLines(words)}`
}

/** Ends that say nothing about the repository. */
function notRun(verb: string, result: Pick<RunResult, 'end' | 'stderr'>, cwd: string): AppError | undefined {
  switch (result.end) {
    case 'cancelled':
      return new AppError('CANCELLED', { message: `git ${verb} was cancelled.` })
    case 'timeout':
      return new AppError('GIT_TIMEOUT', { message: `${cwd}: git ${verb} did not end in time.`, ...again })
    case 'missing':
      return new AppError('GIT_MISSING', {
        message: 'git was not found on the PATH.',
        action: 'open-doctor',
        retryable: true,
      })
    case 'no-folder':
      return new AppError('REPO_MISSING', { message: `${cwd}: the folder is not there.`, subject: cwd })
    case 'too-large':
      return new AppError('GIT_FAILED', { message: `${cwd}: git ${verb} gave more output than is read.` })
    case 'unstarted':
      return new AppError('GIT_FAILED', {
        message: `${cwd}: git ${verb} could not start: ${result.stderr}`,
        ...again,
      })
    case 'signal':
      return new AppError('GIT_FAILED', {
        message: `${cwd}: git ${verb} was killed.`,
        subject: cwd,
        ...again,
      })
    case 'exit':
      return undefined
    default:
      return result.end satisfies never
  }
}

function lastLines(text: string): string {
  return text.split('\n').slice(-6).join('\n')
}
