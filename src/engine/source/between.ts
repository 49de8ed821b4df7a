import type { Commit, Oid, SourceCommits, SourceFound } from '#contract'
import { AppError } from '#contract'
import type { Repo } from '../git/index.ts'

export type Ends = {
  readonly from: Oid
  readonly to: Oid
  /** Only commits that touch it. */
  readonly folder?: string | undefined
  readonly signal?: AbortSignal | undefined
}

type Between = Pick<
  Extract<SourceFound, { readonly kind: 'commits' }>,
  'direction' | 'brought' | 'takenBack' | 'cut'
>

const most = 200
const none: SourceCommits = { commits: [], total: 0 }

/**
 * What `to` has and `from` has not, and the other way round. `SOURCE_FOLDER_MISSING` where neither has the folder, `SOURCE_HISTORY_CUT` where
 * a shallow clone does not have what would tell which came first.
 */
export async function commitsBetween(repo: Repo, ends: Ends): Promise<Between> {
  const { from, to } = ends
  await requireFolder(repo, ends)
  if (from === to) return { direction: 'same', brought: none, takenBack: none, cut: false }
  const [isUpgrade, isDowngrade] = await Promise.all([repo.isAncestor(from, to), repo.isAncestor(to, from)])
  const [brought, takenBack] = await Promise.all([
    isDowngrade ? { ...none, cut: false } : listed(repo, ends, { tip: to, except: from }),
    isUpgrade ? { ...none, cut: false } : listed(repo, ends, { tip: from, except: to }),
  ])
  const cut = brought.cut || takenBack.cut
  const direction = isUpgrade ? 'upgrade' : isDowngrade ? 'downgrade' : 'diverged'
  if (cut && direction === 'diverged')
    throw new AppError('SOURCE_HISTORY_CUT', {
      message: `The source clone is shallow: what lies between ${from.slice(0, 7)} and ${to.slice(0, 7)} is not in it.`,
      subject: to,
      action: 'trust-clone',
    })
  return { direction, brought: withoutCut(brought), takenBack: withoutCut(takenBack), cut }
}

async function requireFolder(repo: Repo, { from, to, folder }: Ends): Promise<void> {
  if (folder === undefined || folder === '.') return
  const sides = await Promise.all([from, to].map(async (oid) => (await repo.tree(oid)).oidOf(folder)))
  if (sides.every((oid) => oid === undefined))
    throw new AppError('SOURCE_FOLDER_MISSING', {
      message: `${folder} is in neither ${from.slice(0, 7)} nor ${to.slice(0, 7)} of the source clone.`,
      subject: folder,
    })
}

async function listed(
  repo: Repo,
  { folder, signal }: Ends,
  { tip, except }: { readonly tip: Oid; readonly except: Oid },
): Promise<SourceCommits & { readonly cut: boolean }> {
  const paths = folder === undefined || folder === '.' ? {} : { paths: [folder] }
  const commits: Commit[] = []
  for await (const commit of repo.log({ tip, except, firstParent: false, limit: most, signal, ...paths }))
    commits.push(commit)
  return { commits, ...(await repo.range({ tip, except, ...paths })) }
}

function withoutCut({ commits, total }: SourceCommits): SourceCommits {
  return { commits, total }
}
