import { fastForward } from './fast-forward.ts'
import { hold, holdRef, release } from './hold.ts'
import { landLocally } from './land-local.ts'
import type { LandRequest, LandStep } from './land-order.ts'
import { push } from './push.ts'
import { adoptObjects } from './quarantine.ts'
import type { Quarantine } from './quarantine.ts'
import { readRef } from './refs.ts'
import type { GitRunner } from './runner.ts'
import type { FastForward } from './work-tree.ts'

/** Stores the draft's objects in the clone and holds them against gc; from here on `landHeld` can go on without the quarantine. */
export async function storeAndHold(
  git: GitRunner,
  request: Omit<LandRequest, 'version'> & { readonly quarantine: Quarantine },
): Promise<void> {
  await request.onStep('store')
  await adoptObjects(git, request.place.path, request.quarantine, request)
  await request.onStep('hold')
  await hold(git, request.place, request)
}

/**
 * Pushes or moves the branch, lets the local branch follow, releases the hold. Idempotent: run again after a kill it finds what is done.
 * `reached` = the last step on record then: what lies before it is not done again. Once pushed, nothing that keeps the local branch from
 * following is an error. `PUSH_REJECTED`, `PUSH_PROTECTED`, `PUSH_REFUSED`, `REMOTE_*`, `GIT_REF_MOVED`, `WORKTREE_DIRTY`, `REPO_IN_PROGRESS`.
 */
export async function landHeld(
  git: GitRunner,
  request: LandRequest & { readonly reached?: LandStep | undefined },
): Promise<FastForward> {
  const { place, commit, branch, remote, holdName, reached } = request
  let followed: FastForward
  let said: string | undefined
  if (remote === undefined) {
    await request.onStep('update')
    followed = await landLocally(git, request)
  } else {
    // Pushed and then rewound by somebody: pushing once more would undo what they did.
    if (reached !== 'fast-forward' && reached !== 'release') {
      await request.onStep('push')
      said = await push(git, { ...request, remote })
    }
    await request.onStep('fast-forward')
    followed = await fastForward(git, place, { branch, to: commit, holdName })
  }
  await request.onStep('release')
  await release(git, place, holdName)
  return said === undefined ? followed : { ...followed, words: `${followed.words}; ${said}` }
}

/** Goes on after a kill at any step. `DRAFT_GONE` when the objects were not stored yet and the draft's folder is gone. */
export async function resumeLanding(git: GitRunner, request: ResumeRequest): Promise<FastForward> {
  const { reached } = request
  const pushed = reached === 'fast-forward' || reached === 'release'
  // What is on a branch needs no hold, and announcing one again would put the record back before the push.
  if (!pushed) await ensureHeld(git, request)
  return landHeld(git, request)
}

export type ResumeRequest = LandRequest & {
  readonly reached?: LandStep | undefined
  readonly quarantine: () => Quarantine
}

/** The draft's commit is in the clone and held there, whatever a killed run had done of it. */
export async function ensureHeld(
  git: GitRunner,
  request: Omit<ResumeRequest, 'version' | 'reached'>,
): Promise<void> {
  const { place, commit, holdName } = request
  if ((await readRef(git, place.path, holdRef(holdName))) === commit) return
  // A pack is there as a whole or not at all: who has the commit has all of it.
  const stored = (await readRef(git, place.path, commit)) === commit
  if (!stored) return storeAndHold(git, { ...request, quarantine: request.quarantine() })
  await request.onStep('hold')
  await hold(git, place, request)
}
