import type { DraftAction, ObjectName } from '#contract'
import type { DraftFlags } from './commands/draft.ts'
import { Exit } from './exit.ts'
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

/** `undo APP COMMIT...` or `undo APP FROM..TO`, with `--only PATH`, `--object KIND/NAME` and `--mainline N` */
export async function undoAction(
  session: Session,
  app: string | undefined,
  commits: readonly string[],
  { only = [], object = [], mainline }: DraftFlags,
): Promise<DraftAction> {
  const part = {
    ...(only.length === 0 ? {} : { paths: only }),
    ...(object.length === 0 ? {} : { objects: object.map(objectName) }),
  }
  const [range] = commits
  const ends = range?.split('..')
  if (commits.length === 1 && ends?.length === 2) {
    const [from, to] = ends
    return {
      kind: 'undo-range',
      from: await findCommit(session, app, from),
      to: await findCommit(session, app, to),
      ...part,
    }
  }
  return {
    kind: 'undo',
    commits: await Promise.all(commits.map((commit) => findCommit(session, app, commit))),
    ...part,
    ...(mainline === undefined ? {} : { mainline }),
  }
}

/** `Deployment/web`, or `Deployment/shop/web` where two namespaces have one of that name. */
function objectName(text: string): ObjectName {
  const parts = text.split('/')
  const [kind, name] = [parts[0], parts.at(-1)]
  if (!kind || !name || parts.length < 2 || parts.length > 3)
    throw new Exit(2, `BAD_REQUEST: ${text} is no KIND/NAME.`)
  return { kind, name, ...(parts.length === 3 ? { namespace: parts[1] } : {}) }
}
