import type { Commit, DraftAction, Oid } from '#contract'
import { AppError } from '#contract'
import { emptyTree } from '../git/index.ts'
import type { Repo, Reversal } from '../git/index.ts'

/**
 * What an undo takes back: each commit against its parent (a merge commit against the chosen one), newest first, so that a later change is gone before
 * the earlier one is looked at; a range is the net of its ends.
 */
export async function reversalsOf(repo: Repo, action: DraftAction): Promise<readonly Reversal[]> {
  if (action.kind === 'undo-range') {
    if (!(await repo.isAncestor(action.from, action.to))) {
      throw new AppError('BAD_REQUEST', {
        message: `${action.from.slice(0, 7)} is no ancestor of ${action.to.slice(0, 7)}.`,
      })
    }
    return [{ from: action.from, to: action.to }]
  }
  if (action.kind !== 'undo') return []
  const commits = await Promise.all(action.commits.map((oid) => repo.commit(oid)))
  const newestFirst = await sortByHistory(
    repo,
    commits.map(({ oid }) => oid),
  )
  const mainline = action.mainline ?? 1
  const parents = new Map(commits.map((commit) => [commit.oid, parentOf(commit, mainline)]))
  return newestFirst.map((oid) => ({ from: parents.get(oid) ?? emptyTree, to: oid }))
}

/** A commit that is no merge has its one parent whatever was asked for; git refuses it, and here it means the same thing. */
function parentOf({ oid, parents }: Commit, mainline: number): Oid {
  if (parents.length < 2) return parents[0] ?? emptyTree
  const parent = parents[mainline - 1]
  if (parent === undefined)
    throw new AppError('BAD_REQUEST', {
      message: `${oid.slice(0, 7)} has ${parents.length} parents, and no ${mainline}th.`,
    })
  return parent
}

/**
 * The commits whose inputs count beside head's: where a return goes to, or both ends of each change that is taken back. A file that a change
 * removed was read before it alone.
 */
export async function targetsOf(
  repo: Repo,
  action: DraftAction,
  reversals: readonly Reversal[],
): Promise<readonly Oid[]> {
  if (action.kind === 'return') return [await repo.resolve(action.commit)]
  if (reversals.length === 0) throw new AppError('BAD_REQUEST', { message: 'The draft names no commit.' })
  return [...new Set(reversals.flatMap(({ from, to }) => [to, from]))].filter((oid) => oid !== emptyTree)
}

async function sortByHistory(repo: Repo, oids: readonly Oid[]): Promise<readonly Oid[]> {
  const sorted: Oid[] = []
  for (const oid of new Set(oids)) {
    let place = sorted.length
    for (const [index, other] of sorted.entries()) {
      if (await repo.isAncestor(other, oid)) {
        place = index
        break
      }
    }
    sorted.splice(place, 0, oid)
  }
  return sorted
}
