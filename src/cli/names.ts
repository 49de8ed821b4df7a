import type { ResourceKey, TimelineRow } from '#contract'
import { Exit } from './exit.ts'
import type { Session } from './session.ts'

/** `last-good`, or whatever git resolves in the app's clone: the beginning of an id, a tag, `main~2`. `COMMIT_MISSING`. */
export async function findCommit(
  session: Session,
  appName: string | undefined,
  text: string | undefined,
): Promise<string> {
  if (text === undefined) throw new Exit(2, 'Which commit? Name one of `wheelhouse timeline APP`.')
  if (text === 'last-good') return findLastGood(session, appName)
  const { id } = await session.app(appName)
  return (await session.client.call('commits.resolve', { appId: id, revision: text })).commit
}

/** The newest commit behind the live one that the cluster's sync records call healthy. */
async function findLastGood(session: Session, appName: string | undefined): Promise<string> {
  const app = await session.app(appName)
  const rows = new Map<string, TimelineRow>()
  for await (const delta of session.client.stream('timeline.watch', { appId: app.id, until: 'records' })) {
    for (const row of delta.upserts) rows.set(row.commit.oid, row)
    for (const oid of delta.deletes) rows.delete(oid)
    if (delta.ready) break
  }
  const good = [...rows.values()].find(({ marks }) => marks.some(({ kind }) => kind === 'last-good'))
  if (good === undefined)
    throw new Exit(2, `${app.spec.name}: no commit behind the live one is known to have run healthy.`)
  return good.commit.oid
}

/** `web`, `Deployment/web` or `deploy/web` among the app's workloads. */
export async function findWorkload(
  session: Session,
  appName: string | undefined,
  text: string | undefined,
): Promise<ResourceKey> {
  const app = await session.app(appName)
  const [kind, name] = text?.includes('/') === true ? text.split('/') : [undefined, text]
  for await (const { workloads } of session.client.stream('replicas.watch', { appId: app.id })) {
    if (workloads.length === 0) continue
    const found = workloads.filter(
      ({ key }) =>
        key.name === name &&
        (kind === undefined || key.kind.toLowerCase().startsWith(kind.toLowerCase().replace(/s$/, ''))),
    )
    const [workload, other] = found
    if (workload !== undefined && other === undefined) return workload.key
    const known = workloads.map(({ key }) => `${key.kind}/${key.name}`).join(', ')
    throw new Exit(
      2,
      `${text ?? '(no workload)'}: ${other === undefined ? 'there is no such workload' : 'several workloads fit'}. Known: ${known}.`,
    )
  }
  throw new Exit(2, 'The workloads could not be read.')
}

/** `web,api`: the app whose manifests are shown, and those that go with it. */
export function splitApps(text: string | undefined): {
  readonly first: string | undefined
  readonly along: readonly string[]
} {
  const [first, ...along] = text?.split(',').filter((name) => name !== '') ?? []
  return { first, along }
}
