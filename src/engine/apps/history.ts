import { AppError } from '#contract'
import type { Commit } from '#contract'
import type { Repo } from '../git/index.ts'
import type { History } from '../sync/index.ts'

const shownCommits = 50

/** What the cluster half may ask Git: ancestry (undefined = a commit that this clone does not have) and what lies between two commits. */
export function historyOf(repo: Repo): History {
  return {
    isAncestor: async (ancestor, descendant) => {
      try {
        return await repo.isAncestor(ancestor, descendant)
      } catch (error) {
        if (error instanceof AppError && error.code !== 'CANCELLED') return undefined
        throw error
      }
    },
    between: async (from, to) => {
      const commits: Commit[] = []
      for await (const commit of repo.log({ tip: to, except: from, firstParent: true })) {
        commits.push(commit)
        if (commits.length >= shownCommits) break
      }
      return commits
    },
  }
}
