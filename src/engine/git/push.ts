import { AppError } from '#contract'
import type { Oid } from '#contract'
import { isProtection, maskText, withoutProgress } from '#core'
import { fetchRemote } from './fetch.ts'
import type { LandRequest } from './land-order.ts'
import type { GitRunner } from './runner.ts'

type PushRequest = LandRequest & { readonly remote: NonNullable<LandRequest['remote']> }

const pushTimeoutMs = 300_000
const askTimeoutMs = 60_000

/** How one `git push` of one ref ended, with what git and the remote said. */
export type PushEnd = { readonly done: boolean; readonly moved: boolean; readonly output: string }

/**
 * A compare-and-swap that never forces: the new commit's parent is `base`, and the remote's branch must be exactly there. (The fast-forward
 * rule alone would bring back what was removed from a remote that was rewound to before `base`.) Answers what is to be said although it
 * landed: a remote may have several push URLs, and the one that is fetched from decides.
 */
export async function push(git: GitRunner, request: PushRequest): Promise<string | undefined> {
  const { base, remote } = request
  const { done, moved, output } = await runPush(git, {
    ...request,
    remote: remote.name,
    branch: remote.branch,
    expected: base,
    onProgress: request.onProgress,
  })
  if (done) return undefined
  const several = (output.match(/^To /gm) ?? []).length > 1
  const tip = moved || several ? await readRemoteTip(git, askOf(request)) : undefined
  // A killed run may have pushed already, and others on top of it: then it has landed.
  if (tip !== undefined && (await holds(git, request, tip)))
    return several ? `another push URL refused it: ${wordsOf(output)}` : undefined
  if (moved && tip === base) throw await elsewhere(git, request, wordsOf(output))
  throw moved ? rejected(request, { tip, words: wordsOf(output) }) : refused(askOf(request), output)
}

/** Sends one commit to one branch of a remote that must be at `expected` (`undefined` = must not exist). Hooks of the operator's run. */
export async function runPush(
  git: GitRunner,
  request: Pick<LandRequest, 'place' | 'commit' | 'signal' | 'onProgress'> & {
    readonly remote: string
    readonly branch: string
    readonly expected: Oid | undefined
  },
): Promise<PushEnd> {
  const { place, commit, remote, branch, expected, signal } = request
  const ref = `refs/heads/${branch}`
  const flags = ['--porcelain', '--no-recurse-submodules', '--no-follow-tags', '--no-signed', '--no-thin']
  if (request.onProgress !== undefined) flags.push('--progress')
  const result = await git.run(
    ['push', ...flags, `--force-with-lease=${ref}:${expected ?? ''}`, '--', remote, `${commit}:${ref}`],
    {
      cwd: place.path,
      mode: 'hooks',
      signal,
      timeoutMs: pushTimeoutMs,
      expect: [0, 1],
      onProgress: request.onProgress,
      asks: { command: `git push ${maskText(remote)}` },
    },
  )
  const output = new TextDecoder().decode(result.stdout) + withoutProgress(result.stderr)
  return { done: result.exitCode === 0, moved: movedWords.test(output), output }
}

type RemoteQuestion = Pick<LandRequest, 'place' | 'signal'> & {
  readonly remote: string
  readonly branch: string
}

function askOf({ place, signal, remote }: PushRequest): RemoteQuestion {
  return { place, signal, remote: remote.name, branch: remote.branch }
}

/** Where a branch of a remote is now, asked there; undefined = it has none of this name. `remote` may be a URL. */
export async function readRemoteTip(git: GitRunner, question: RemoteQuestion): Promise<Oid | undefined> {
  const { remote, branch, place, signal } = question
  const text = await git.text(['ls-remote', '--', remote, `refs/heads/${branch}`], {
    cwd: place.path,
    mode: 'network',
    signal,
    timeoutMs: askTimeoutMs,
    asks: { command: `git ls-remote ${maskText(remote)}` },
  })
  return text.split('\t')[0] || undefined
}

/** The branch is where we think it is, and the push says it is not: what is pushed to is not what is fetched from. */
async function elsewhere(git: GitRunner, request: PushRequest, words: string): Promise<AppError> {
  const { place, remote } = request
  const urls = await git.text(['remote', 'get-url', '--push', '--all', '--', remote.name], {
    cwd: place.path,
  })
  const where = `${remote.name}/${remote.branch}`
  return new AppError('PUSH_ELSEWHERE', {
    message: `${remote.name} is pushed to ${maskText(urls).split('\n').join(' and ')}, whose ${remote.branch} is not what ${where} is: ${words}`,
    subject: where,
  })
}

/** Is our commit in what the remote has now? Fetched first, which the answer's "look at the other commit" needs too. */
async function holds(git: GitRunner, request: PushRequest, tip: Oid): Promise<boolean> {
  const { place, commit, remote, version, signal } = request
  if (tip === commit) return true
  await fetchRemote(git, place, { remote: remote.name, branch: remote.branch, version, signal, asks: true })
  const call = { cwd: place.path, expect: [0, 1, 128] }
  return (await git.run(['merge-base', '--is-ancestor', commit, tip], call)).exitCode === 0
}

// The last two are what git 2.50 and later say, where several refs are updated in one go.
const movedWords =
  /stale info|non-fast-forward|fetch first|\(failed to update ref\)|reference already exists|incorrect old value provided|reference does not exist/
function rejected(
  { remote }: PushRequest,
  found: { readonly tip: Oid | undefined; readonly words: string },
): AppError {
  const where = `${remote.name}/${remote.branch}`
  const what = found.tip === undefined ? 'is not there any more' : `has moved to ${found.tip.slice(0, 7)}`
  return new AppError('PUSH_REJECTED', {
    message: `${where} ${what}: ${found.words}`,
    subject: where,
    action: found.tip === undefined ? 'refresh' : 'show-other-commit',
    retryable: true,
    ...(found.tip === undefined ? {} : { data: { tip: found.tip } }),
  })
}

/** Why a remote took nothing, when nobody was there before us. */
export function refused({ remote, branch }: RemoteQuestion, output: string): AppError {
  const where = `${remote}/${branch}`
  const words = wordsOf(output)
  if (isProtection(output))
    return new AppError('PUSH_PROTECTED', { message: `${where} is protected: ${words}`, subject: where })
  return new AppError('PUSH_REFUSED', { message: `${where} refused the push: ${words}`, subject: where })
}

/** The remote's own words, then git's; without what git says about every failed push. */
function wordsOf(output: string): string {
  const lines = maskText(output)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/^(To |Done|hint:|error: failed to push)/.test(line))
  const theirs = lines.flatMap((line) => /^remote:\s*(.+)$/.exec(line)?.[1] ?? [])
  const ours = lines
    .filter((line) => !line.startsWith('remote:'))
    .map((line) => line.replace(/^!\s+\S+:refs\/\S+\s+/, ''))
  return [...theirs, ...ours].slice(0, 8).join('\n')
}
