import type { DraftAction } from '#contract'
import type { DraftFlags } from './commands/draft.ts'
import { findCommit, splitApps } from './names.ts'
import type { Session } from './session.ts'

/** `return APP[,APP...] COMMIT [--folder PATH]` */
export async function returnAction(
  session: Session,
  app: string | undefined,
  [commit]: readonly string[],
  { folder }: DraftFlags,
): Promise<DraftAction> {
  const { first, along } = splitApps(app)
  const ids = await Promise.all(along.map(async (name) => (await session.app(name)).id))
  return {
    kind: 'return',
    commit: await findCommit(session, first, commit),
    ...(ids.length === 0 ? {} : { apps: ids }),
    ...(folder === undefined ? {} : { path: folder }),
  }
}

/** `undo APP COMMIT...` or `undo APP FROM..TO`, with `--only PATH` and `--mainline N` */
export async function undoAction(
  session: Session,
  app: string | undefined,
  commits: readonly string[],
  { only = [], mainline }: DraftFlags,
): Promise<DraftAction> {
  const paths = only.length === 0 ? {} : { paths: only }
  const [range] = commits
  const ends = range?.split('..')
  if (commits.length === 1 && ends?.length === 2) {
    const [from, to] = ends
    return {
      kind: 'undo-range',
      from: await findCommit(session, app, from),
      to: await findCommit(session, app, to),
      ...paths,
    }
  }
  return {
    kind: 'undo',
    commits: await Promise.all(commits.map((commit) => findCommit(session, app, commit))),
    ...paths,
    ...(mainline === undefined ? {} : { mainline }),
  }
}
