import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '#contract'
import type { TransferProgress } from '#contract'
import { maskText } from '#core'
import type { Place } from './place.ts'
import { atLeast } from './runner.ts'
import type { GitRunner } from './runner.ts'

const fetchTimeoutMs = 300_000

export type FetchRequest = {
  readonly remote: string
  /** One branch of the remote; all that its refspec names unless told. */
  readonly branch?: string
  /** A shallow clone gets so many commits more, or all. */
  readonly deepen?: number | 'all' | undefined
  readonly version: readonly [number, number]
  readonly signal?: AbortSignal | undefined
  /** The operator asked for it and waits: credentials and host keys may be asked about. */
  readonly asks?: boolean
  readonly onProgress?: ((progress: TransferProgress) => void) | undefined
}

/** Fetches branches without prompts, tags, submodules, hooks or gc. The caller has made sure that the clone is trusted. `REMOTE_*`. */
export async function fetchRemote(git: GitRunner, place: Place, request: FetchRequest): Promise<void> {
  const flags = ['--no-tags', '--no-recurse-submodules']
  flags.push(request.onProgress === undefined ? '--quiet' : '--progress')
  if (request.deepen !== undefined)
    flags.push(request.deepen === 'all' ? '--unshallow' : `--deepen=${request.deepen}`)
  // FETCH_HEAD is the user's too: `git merge FETCH_HEAD` must not suddenly mean something else.
  if (atLeast(request.version, [2, 29])) flags.push('--no-write-fetch-head')
  const branch = request.branch === undefined ? [] : [`refs/heads/${request.branch}`]
  await unlessRaced(() =>
    git.run(['fetch', ...flags, '--', request.remote, ...branch], {
      cwd: place.path,
      mode: 'network',
      signal: request.signal,
      timeoutMs: fetchTimeoutMs,
      onProgress: request.onProgress,
      ...(request.asks === true ? { asks: { command: `git fetch ${request.remote}` } } : {}),
    }),
  )
}

const mostRaces = 5

/** Another process fetched the same branch meanwhile and moved its ref under ours: what we wanted is there or newer, so it is asked again. */
async function unlessRaced(fetch: () => Promise<unknown>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await fetch()
      return
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'GIT_REF_MOVED' || attempt === mostRaces) throw error
    }
  }
}

/**
 * Local configuration that names programs which Git would run for the network or for a commit, or that sends what it does over the network
 * elsewhere; asked about before the first fetch.
 */
const running = String.raw`^(core\.(sshcommand|gitproxy|askpass|hookspath|fsmonitor|worktree|alternaterefscommand)|credential(\..*)?\.helper|remote\..*\.(vcs|uploadpack|receivepack|proxy|url|pushurl)|http\.(.*\.)?(proxy|sslverify|sslcainfo|sslcapath|extraheader|cookiefile|curloptresolve)|url\..*\.(insteadof|pushinsteadof)|gpg(\..*)?\.(program|defaultkeycommand)|(filter|merge|diff)\..*\.(clean|smudge|process|driver|command|textconv)|include(if\..*)?\.path|protocol\..*)$`

/** What a fetch, push or commit would run because this clone's own configuration says so, one `key=value` each, credentials masked. */
export async function readNetworkCommands(git: GitRunner, place: Place): Promise<readonly string[]> {
  const { stdout } = await git.run(['config', '--local', '--includes', '-z', '--get-regexp', running], {
    cwd: place.path,
    expect: [0, 1],
  })
  const configured = new TextDecoder()
    .decode(stdout)
    .split('\0')
    .filter((entry) => !namesNothing(entry) && !isPlainAddress(entry))
    .map((entry) => maskText(entry.replace('\n', '=')))
  const hooks = ['pre-push', 'reference-transaction', 'commit-msg'].filter((hook) =>
    existsSync(join(place.commonDir, 'hooks', hook)),
  )
  return [...configured, ...hooks.map((hook) => `hook ${hook}`)]
}

/** An empty value takes back what was named before. */
function namesNothing(entry: string): boolean {
  return entry === '' || entry.endsWith('\n')
}

/** `ext::sh -c …` names a program, as any `helper::address` does; other addresses name none. */
function isPlainAddress(entry: string): boolean {
  return /^remote\.[^\n]*\.(?:push)?url\n(?![\w+.-]+::)/is.test(entry)
}
