import { AppError } from '#contract'
import type { Oid } from '#contract'
import { ensureHeld } from './land.ts'
import type { ResumeRequest } from './land.ts'
import { readRemoteTip, refused, runPush } from './push.ts'
import type { GitRunner } from './runner.ts'

/** A commit that goes to a branch of its own on a remote, to be merged there. */
export type BranchOrder = Pick<
  ResumeRequest,
  'commit' | 'base' | 'branch' | 'holdName' | 'onStep' | 'signal'
> & {
  /** The remote that is pushed to. */
  readonly to: string
  /** The name to take; where it is taken another one is. */
  readonly name: string
  /** The name that a killed run had on record: it may be there already. */
  readonly begun?: string | undefined
  /** Each name before it is tried, so that a killed process can find it again. */
  readonly onName: (name: string) => Promise<void>
}

/** The branch that has it now, and what the remote said: many forges print the page that opens a pull request. */
export type PushedBranch = { readonly name: string; readonly said: string }

const mostTries = 20

/**
 * Pushes a commit to a branch that must not exist, and answers it. Never moves a branch that is there, but knows one that already is at
 * this commit as its own. `PUSH_PROTECTED`, `PUSH_REFUSED`, `REMOTE_*`, `BRANCH_NAMES_TAKEN`.
 */
export async function pushToNewBranch(
  git: GitRunner,
  request: BranchOrder & Pick<ResumeRequest, 'place' | 'quarantine'>,
): Promise<PushedBranch> {
  const { place, commit, to, signal, begun } = request
  await ensureHeld(git, { ...request, remote: undefined })
  await request.onStep('push')
  for (const name of namesFrom(request)) {
    if (name !== begun) await request.onName(name)
    const where = { place, signal, remote: to, branch: name }
    const { done, moved, output } = await runPush(git, { ...where, commit, expected: undefined })
    if (done) return { name, said: output }
    const tip: Oid | undefined = await readRemoteTip(git, where)
    if (tip === commit) return { name, said: '' }
    if (!moved && tip === undefined && !folderWords.test(output)) throw refused(where, output)
  }
  throw new AppError('BRANCH_NAMES_TAKEN', {
    message: `${to} has branches of all the names from ${request.name} on.`,
    subject: request.name,
  })
}

/** A branch `wheelhouse` or `wheelhouse/shop-1/x` of somebody's stands in the way of the name as a file does of a folder. */
const folderWords =
  /directory file conflict|cannot lock ref|unable to create|refname conflict|not a directory/i

function namesFrom({ name, begun }: BranchOrder): readonly string[] {
  const flat = name.replaceAll('/', '-')
  const numbered = Array.from({ length: mostTries }, (_, index) => `${name}-${index + 2}`)
  return [...new Set([...(begun === undefined ? [] : [begun]), name, flat, ...numbered])]
}
