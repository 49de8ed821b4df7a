import type { Oid, TransferProgress } from '#contract'
import { AppError } from '#contract'
import type { DraftRoom, LandStep, Message, Repo } from '../git/index.ts'
import { stepsOf } from './log.ts'
import type { OperationLog } from './log.ts'
import type { PullData } from './pull-request.ts'

/** What the journal keeps of a landing, so that it can go on without the quarantine and the window. */
export type LandingData = {
  readonly kind: 'land'
  readonly branch: string
  readonly base: Oid
  /** What was approved: the commit is made from these, again should it be lost with the engine. */
  readonly tree: Oid
  readonly message: Message
  readonly remote: { readonly name: string; readonly branch: string; readonly ref: string } | undefined
  /** The commit goes to a branch of its own, to be merged into the tracked one. */
  readonly pull?: PullData
  /** Who syncs the app once it is pushed (`Argo CD (shop)`), where that is known and not us. */
  readonly follower?: string
  readonly holdName: string
  /** The draft's folder, for going on before its objects were stored. */
  readonly dir: string
  /** Set once the commit is made; `reached` is the last step that was announced. */
  readonly commit?: Oid
  readonly reached?: LandStep
  /** All of it is done: going on is with what follows. */
  readonly landed?: true
}

export type LandPorts = {
  readonly log: OperationLog
  readonly repo: Repo
  readonly now: () => string
  readonly signal: AbortSignal
}

/**
 * Commits the approved draft with the approved message; its objects are still in the draft's own folder. A commit that is on record is not
 * made twice: the room is only asked for without one.
 */
export async function commitDraft(
  ports: LandPorts,
  operationId: string,
  data: LandingData,
  openRoom: () => Promise<DraftRoom>,
): Promise<LandingData & { readonly commit: Oid }> {
  const { tree, base, message, commit } = data
  if (commit !== undefined) return { ...data, commit }
  const steps = stepsOf(ports.log, operationId, ports.now)
  const made = await steps.run(
    'commit',
    async () => (await openRoom()).commit(tree, base, message),
    ({ oid }) => `${oid.slice(0, 7)} "${message.subject}"`,
  )
  const next = { ...data, commit: made.oid }
  await ports.log.note(operationId, { commit: made.oid, data: next })
  return next
}

/** Stores, pushes (or moves the local branch) and lets the local branch follow. Idempotent: going on after a crash runs the same. */
export async function publish(
  ports: LandPorts,
  operationId: string,
  data: LandingData & { readonly commit: Oid },
): Promise<void> {
  const { commit } = data
  const steps = stepsOf(ports.log, operationId, ports.now)
  const where = data.remote === undefined ? data.branch : `${data.remote.name}/${data.remote.branch}`
  const follows = data.follower === undefined ? '' : `: ${data.follower} syncs it`
  const pushed = () => steps.mark('push', 'done', `${commit.slice(0, 7)} is on ${where}${follows}`)
  let current: 'push' | 'fast-forward' = 'push'
  await steps.mark('push', 'running')
  try {
    const followed = await ports.repo.resume({
      branch: data.branch,
      base: data.base,
      remote: data.remote,
      holdName: data.holdName,
      commit,
      dir: data.dir,
      ...(data.reached === undefined ? {} : { reached: data.reached }),
      signal: ports.signal,
      onProgress: tellPush(ports, steps),
      onStep: async (reached) => {
        await ports.log.note(operationId, { data: { ...data, reached } })
        if (reached !== 'fast-forward') return
        await pushed()
        current = 'fast-forward'
        await steps.mark('fast-forward', 'running')
      },
    })
    if (current === 'push') await steps.mark('push', 'done', followed.words)
    else await steps.mark('fast-forward', followed.done ? 'done' : 'skipped', followed.words)
  } catch (error) {
    const cancelled = error instanceof AppError && error.code === 'CANCELLED'
    await steps.mark(
      current,
      cancelled ? 'cancelled' : 'failed',
      error instanceof Error ? error.message : undefined,
    )
    throw error
  }
}

const tellEveryMs = 1_000

/** A long push says how far it is, once a second at most: each word goes on record. */
function tellPush(ports: LandPorts, steps: ReturnType<typeof stepsOf>): (progress: TransferProgress) => void {
  let told = 0
  return ({ phase, percent, done, total }) => {
    const at = Date.parse(ports.now())
    if (at - told < tellEveryMs) return
    told = at
    const much = percent === undefined ? `${done}` : `${percent}% (${done} of ${total})`
    // What keeps it from being put on record is met by the step itself.
    steps.mark('push', 'running', `${phase}: ${much}`).catch(() => undefined)
  }
}
