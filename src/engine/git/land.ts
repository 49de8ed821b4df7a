import { AppError } from '#contract'
import type { Oid } from '#contract'
import { fastForward, move, whyNot, worktreeOf } from './fast-forward.ts'
import type { FastForward } from './fast-forward.ts'
import type { Place } from './place.ts'
import { adoptObjects } from './quarantine.ts'
import type { Quarantine } from './quarantine.ts'
import { readRef } from './refs.ts'
import type { GitRunner } from './runner.ts'

/** The steps of landing in their order: each is announced before its first effect, so that a killed process can go on. */
export type LandStep = 'store' | 'hold' | 'push' | 'update' | 'fast-forward' | 'release'

export type LandRequest = {
  readonly place: Place
  readonly quarantine: Quarantine
  readonly commit: Oid
  readonly base: Oid
  readonly branch: string
  readonly remote: { readonly name: string; readonly branch: string; readonly ref: string } | undefined
  readonly holdName: string
  readonly onStep: (step: LandStep) => Promise<void>
  readonly signal?: AbortSignal | undefined
}

/** Stores the draft's objects in the clone and holds them against gc; from here on `landHeld` can go on without the quarantine. */
export async function storeAndHold(git: GitRunner, request: LandRequest): Promise<void> {
  await request.onStep('store')
  await adoptObjects(git, request.place.path, request.quarantine, request)
  await request.onStep('hold')
  await git.run(['update-ref', holdRef(request.holdName), request.commit], {
    cwd: request.place.path,
    mode: 'write',
  })
}

/**
 * Pushes or moves the branch, lets the local branch follow, releases the hold. Idempotent: run again after a kill it finds what is done.
 * `PUSH_REJECTED`, `PUSH_PROTECTED`, `PUSH_REFUSED`, `REMOTE_*`, `GIT_REF_MOVED`, `WORKTREE_DIRTY`, `REPO_IN_PROGRESS`.
 */
export async function landHeld(
  git: GitRunner,
  request: Omit<LandRequest, 'quarantine'>,
): Promise<FastForward> {
  const { place, commit, branch } = request
  let followed: FastForward
  if (request.remote === undefined) {
    await request.onStep('update')
    followed = await updateLocal(git, request)
  } else {
    await request.onStep('push')
    await push(git, { ...request, remote: request.remote })
    await request.onStep('fast-forward')
    followed = await fastForward(git, place, { branch, to: commit })
  }
  await request.onStep('release')
  await release(git, place, request.holdName)
  return followed
}

export async function release(git: GitRunner, place: Place, holdName: string): Promise<void> {
  await git.run(['update-ref', '-d', holdRef(holdName)], { cwd: place.path, mode: 'write' })
}

function holdRef(name: string): string {
  return `refs/wheelhouse/${name}`
}

const pushTimeoutMs = 300_000

/** A compare-and-swap that never forces: the new commit's parent is `base`, and the remote's branch must be exactly there. */
async function push(
  git: GitRunner,
  request: Omit<LandRequest, 'quarantine'> & { readonly remote: NonNullable<LandRequest['remote']> },
): Promise<void> {
  const { place, commit, base, remote } = request
  const ref = `refs/heads/${remote.branch}`
  const args = [
    'push',
    '--porcelain',
    '--no-recurse-submodules',
    `--force-with-lease=${ref}:${base}`,
    '--',
    remote.name,
    `${commit}:${ref}`,
  ]
  const result = await git.run(args, {
    cwd: place.path,
    mode: 'write',
    signal: request.signal,
    timeoutMs: pushTimeoutMs,
    expect: [0, 1],
  })
  if (result.exitCode === 0) return
  // A killed run may have pushed already: then the remote is where we want it.
  if ((await remoteTip(git, request)) === commit) return
  throw refusal(new TextDecoder().decode(result.stdout) + result.stderr, remote)
}

async function remoteTip(
  git: GitRunner,
  request: {
    readonly place: Place
    readonly remote: { readonly name: string; readonly branch: string }
    readonly signal?: AbortSignal | undefined
  },
): Promise<Oid | undefined> {
  const text = await git.text(
    ['ls-remote', '--', request.remote.name, `refs/heads/${request.remote.branch}`],
    {
      cwd: request.place.path,
      mode: 'network',
      signal: request.signal,
      timeoutMs: 60_000,
    },
  )
  return text.split('\t')[0] || undefined
}

function refusal(output: string, remote: { readonly name: string; readonly branch: string }): AppError {
  const where = `${remote.name}/${remote.branch}`
  const words = output
    .split('\n')
    .map((line) => line.replace(/^remote:\s?/, '').trim())
    .filter((line) => line !== '' && !/^(To |Done|hint:|error: failed to push)/.test(line))
    .slice(0, 8)
    .join('\n')
  if (
    /stale info|non-fast-forward|fetch first|\(failed to update ref\)|reference already exists/.test(output)
  ) {
    return new AppError('PUSH_REJECTED', {
      message: `${where} has moved: ${words}`,
      subject: where,
      action: 'refresh',
      retryable: true,
    })
  }
  if (
    /protected branch|GH006|GH013|protected ref|TF402455|not allowed to push|pre-receive hook declined.*protected/i.test(
      output,
    )
  ) {
    return new AppError('PUSH_PROTECTED', { message: `${where} is protected: ${words}`, subject: where })
  }
  return new AppError('PUSH_REFUSED', { message: `${where} refused the push: ${words}`, subject: where })
}

/** Local landing (git.md): the branch moves by compare-and-swap; where it is checked out its work tree must allow it. */
async function updateLocal(git: GitRunner, request: Omit<LandRequest, 'quarantine'>): Promise<FastForward> {
  const { place, branch, base, commit } = request
  const ref = `refs/heads/${branch}`
  const worktree = await worktreeOf(git, place, ref)
  const now = await readRef(git, place.path, ref)
  if (now === commit) return { done: true, words: `${branch} is there` }
  if (now !== base)
    throw new AppError('GIT_REF_MOVED', {
      message: `${branch} moved meanwhile.`,
      subject: branch,
      action: 'refresh',
      retryable: true,
    })
  if (worktree === undefined) {
    await git.run(['update-ref', '-m', 'wheelhouse', ref, commit, base], { cwd: place.path, mode: 'write' })
    return { done: true, words: `${branch} moved` }
  }
  const obstacle = await whyNot(git, worktree, { from: base, to: commit })
  if (obstacle !== undefined) {
    const code = obstacle.includes('in progress') ? 'REPO_IN_PROGRESS' : 'WORKTREE_DIRTY'
    throw new AppError(code, { message: `${branch} cannot move: ${obstacle}.`, subject: branch })
  }
  await move(git, worktree, { ref, from: base, to: commit })
  return { done: true, words: `${branch} and its work tree moved` }
}
