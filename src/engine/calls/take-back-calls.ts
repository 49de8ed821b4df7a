import type { Api, App, Handlers } from '#contract'
import { AppError } from '#contract'
import type { LastCommit, Repo } from '../git/index.ts'
import { stepsOf } from '../operations/log.ts'
import type { OperationLog } from '../operations/log.ts'
import { findApp, openRepo } from './find.ts'
import type { Parts } from './ports.ts'
import type { End, Runner } from './runner.ts'
import { requireMayLand } from './trust.ts'

/** What the journal keeps of a commit that is taken back. */
export type TakeBackData = Pick<LastCommit, 'branch' | 'commit' | 'parent'> & { readonly holdName: string }

/** The last commit of ours, and taking it back while nobody else has it. */
export function takeBackCalls(
  parts: Parts,
  runner: Runner,
): Pick<Handlers<Api>, 'commits.last' | 'commits.take-back'> {
  const lastOf = async (app: App): Promise<LastCommit | undefined> => {
    const repo = await openRepo(parts, app.spec.cloneId)
    return repo.lastCommit(app.spec.branch)
  }
  return {
    'commits.last': async ({ appId }) => {
      const last = await lastOf(findApp(parts, appId))
      if (last === undefined) return {}
      const { parent: _parent, ...shown } = last
      return { last: { ...shown, files: [...shown.files] } }
    },
    'commits.take-back': async ({ appId, commit }) => {
      const app = findApp(parts, appId)
      const last = await lastOf(app)
      if (last?.commit !== commit)
        throw new AppError('TAKE_BACK_NOTHING', {
          message: `${commit.slice(0, 7)} is not the last commit of ${app.spec.branch}.`,
          subject: app.spec.branch,
          action: 'refresh',
        })
      if (last.pushed)
        throw new AppError('TAKE_BACK_PUSHED', {
          message: `${commit.slice(0, 7)} is on a remote: others may have it.`,
          subject: app.spec.branch,
        })
      await requireMayLand(parts, app.spec.cloneId, await openRepo(parts, app.spec.cloneId))
      const { branch, parent, subject } = last
      return {
        operationId: await runner.takeBack({
          app,
          subject,
          data: { branch, commit, parent, holdName: parts.newId() },
        }),
      }
    },
  }
}

/** Under the operation's record; idempotent, so that going on after a kill runs the same. */
export async function runTakeBack(
  ports: { readonly log: OperationLog; readonly now: () => string; readonly repo: Repo },
  id: string,
  data: TakeBackData,
): Promise<End> {
  const steps = stepsOf(ports.log, id, ports.now)
  await steps.run(
    'fast-forward',
    () => ports.repo.takeBack(data),
    ({ words }) => words,
  )
  return { state: 'done' }
}
