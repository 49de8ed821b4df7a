import type { ResourceKey } from '#contract'
import { Exit } from './exit.ts'
import type { Session } from './session.ts'

/** A commit of the app's timeline by the beginning of its id. Full ids are taken as they are. */
export async function findCommit(
  session: Session,
  appName: string | undefined,
  text: string | undefined,
): Promise<string> {
  if (text === undefined) throw new Exit(2, 'Which commit? Name one of `wheelhouse timeline APP`.')
  if (/^[0-9a-f]{40}([0-9a-f]{24})?$/.test(text)) return text
  const app = await session.app(appName)
  const found = new Set<string>()
  for await (const delta of session.client.stream('timeline.watch', { appId: app.id })) {
    for (const { commit } of delta.upserts) if (commit.oid.startsWith(text)) found.add(commit.oid)
    if (delta.ready) break
  }
  const [oid, other] = found
  if (oid === undefined)
    throw new Exit(2, `${text}: no commit of ${app.spec.name}'s timeline begins like this.`)
  if (other !== undefined) throw new Exit(2, `${text}: several commits begin like this.`)
  return oid
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
