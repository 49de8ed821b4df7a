import type { App, DraftAction, Oid, StepName } from '#contract'
import { AppError } from '#contract'
import { isProposable } from '#core'
import type { BuiltDraft } from '../draft/index.ts'
import type { DraftRoom, Repo } from '../git/index.ts'
import type { ApprovedPlan } from '../operations/approved.ts'
import { commitDraft, publish } from '../operations/land.ts'
import type { LandingData } from '../operations/land.ts'
import type { OperationLog } from '../operations/log.ts'
import { asProposed, propose } from '../operations/pull-request.ts'
import { landingOnto } from './remake.ts'
import type { End, Resumable } from './runner.ts'

export type Landing = {
  readonly app: App
  readonly repo: Repo
  readonly data: Resumable & { readonly landing: LandingData }
  readonly room: () => Promise<DraftRoom>
  /** The same draft on the branch's newest tip; undefined where it is not the same any more. Only the process that made it can. */
  readonly replan?: () => Promise<BuiltDraft | undefined>
  /** What the draft was made for: to make it again, and look at it, where it is not the same. */
  readonly action?: DraftAction
  readonly signal: AbortSignal
}
type Made = LandingData & { readonly commit: Oid }
type Ports = {
  readonly log: OperationLog
  readonly now: () => string
  /** Goes on with the sync that was approved with the landing. */
  readonly sync: (
    id: string,
    work: {
      readonly app: App
      readonly repo: Repo
      readonly revision: Oid
      readonly approved: ApprovedPlan
      readonly data: Resumable
      readonly signal: AbortSignal
    },
  ) => Promise<End>
}

/** Commit, publish, and the sync that was approved with them; what is on record as done is not done again. */
export async function carryOut(ports: Ports, id: string, work: Landing): Promise<End> {
  const { app, repo, data, signal } = work
  const done = data.landing.landed === true
  const landed = done ? asMade(data.landing) : await land(ports, id, work)
  if (landed === undefined) return { state: 'waiting' }
  const { approved } = data
  if (approved === undefined) return { state: 'done' }
  const revision = landed.pull?.merged ?? landed.commit
  const kept = { ...data, landing: { ...landed, landed: true as const } }
  return ports.sync(id, { app, repo, revision, approved, data: kept, signal })
}

/** Others may push at any time: a draft that is the same on their tip goes on there, this often. */
const mostRounds = 10

async function land(ports: Ports, id: string, work: Landing): Promise<Made | undefined> {
  const { repo, data, signal } = work
  const log = landingLog(ports.log, data)
  const land = { log, repo, now: ports.now, signal }
  let { landing } = data
  let { room } = work
  for (let round = 1; ; round++) {
    const made = await commitDraft(land, id, landing, room)
    try {
      const landed = await bring(land, id, made)
      if (landed !== undefined) await log.note(id, { data: { ...landed, landed: true } })
      await discard(room)
      return landed
    } catch (error) {
      const moved = error instanceof AppError && error.code === 'PUSH_REJECTED'
      const again = moved && round < mostRounds ? await work.replan?.() : undefined
      if (again === undefined) {
        if (moved && work.action !== undefined) await log.note(id, { again: work.action })
        if (!mayGoOn(error)) {
          await repo.release(made.holdName)
          await discard(room)
        }
        throw error
      }
      landing = landingOnto(made, again)
      await log.note(id, { data: landing })
      await repo.release(made.holdName)
      await discard(room)
      room = () => Promise.resolve(again.room)
    }
  }
}

/** Its commit may be proposed yet, or what stopped it can be mended: it stays held. */
function mayGoOn(error: unknown): boolean {
  return !(error instanceof AppError) || isProposable(error.code) || isMendable(error)
}

/** Met in the clone or on its disk, and gone when somebody saw to it: the operation goes on from the step on record. */
const mendable: ReadonlySet<string> = new Set([
  'GIT_BUSY',
  'GIT_LOCK_LEFT',
  'GIT_MISSING',
  'DISK_FULL',
  'DISK_FAILED',
])

export function isMendable(error: AppError): boolean {
  return error.action === 'resume' || mendable.has(error.code)
}

async function discard(room: Landing['room']): Promise<void> {
  await room().then(
    (opened) => opened.discard(),
    () => undefined,
  )
}

function asMade(landing: LandingData): Made {
  if (landing.commit !== undefined) return { ...landing, commit: landing.commit }
  throw new AppError('INTERNAL', { message: 'A landing that is done has no commit on record.' })
}

/** The steps that a landing will have. */
export function stepNames(data: LandingData, sync: boolean): readonly StepName[] {
  return [
    'commit',
    'push',
    ...(data.pull === undefined ? [] : (['merge'] as const)),
    ...(data.remote === undefined ? [] : (['fast-forward'] as const)),
    ...(sync ? (['render', 'apply', 'prune', 'health', 'record'] as const) : []),
  ]
}

/** To the branch where it belongs; undefined = it waits there to be merged. */
async function bring(
  ports: Parameters<typeof publish>[0],
  id: string,
  made: Made,
): Promise<Made | undefined> {
  const proposed = asProposed(made)
  if (proposed !== undefined) return propose(ports, id, proposed)
  await publish(ports, id, made)
  return made
}

/** A landing knows its own part of what the journal keeps. */
function landingLog(log: OperationLog, data: Resumable): OperationLog {
  return {
    ...log,
    note: (id, { data: landing, ...facts }) =>
      log.note(id, landing === undefined ? facts : { ...facts, data: { ...data, landing } }),
  }
}
