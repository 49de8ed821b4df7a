import type { App, Oid, StepName } from '#contract'
import type { DraftRoom, Repo } from '../git/index.ts'
import type { ApprovedPlan } from '../operations/approved.ts'
import { commitDraft, publish } from '../operations/land.ts'
import type { LandingData } from '../operations/land.ts'
import type { OperationLog } from '../operations/log.ts'
import { asProposed, propose } from '../operations/pull-request.ts'
import type { End, Resumable } from './runner.ts'

export type Landing = {
  readonly app: App
  readonly repo: Repo
  readonly data: Resumable & { readonly landing: LandingData }
  readonly room: () => Promise<DraftRoom>
  readonly signal: AbortSignal
}
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
  const { app, repo, data, room, signal } = work
  const log = landingLog(ports.log, data)
  const land = { log, repo, now: ports.now, signal }
  const made = await commitDraft(land, id, data.landing, room)
  const landed = made.landed === undefined ? await bring(land, id, made) : made
  if (made.landed === undefined) {
    if (landed !== undefined) await log.note(id, { data: { ...landed, landed: true } })
    await room().then(
      ({ discard }) => discard(),
      () => undefined,
    )
  }
  if (landed === undefined) return { state: 'waiting' }
  const { approved } = data
  if (approved === undefined) return { state: 'done' }
  const revision = landed.pull?.merged ?? landed.commit
  const kept = { ...data, landing: { ...landed, landed: true as const } }
  return ports.sync(id, { app, repo, revision, approved, data: kept, signal })
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
  made: LandingData & { readonly commit: Oid },
): Promise<(LandingData & { readonly commit: Oid }) | undefined> {
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
