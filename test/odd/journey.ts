import { expect } from 'vitest'
import type { Clone, TimelineRow } from '#contract'
import { landDraft } from '../helpers/landing-scene.ts'
import type { TestRepo } from '../helpers/repo.ts'
import { openTestSession } from '../helpers/session.ts'
import type { OddClone } from './clones.ts'

export type Journey = {
  readonly clone: Clone
  readonly rows: readonly TimelineRow[]
  readonly ended: string
  readonly lacked: number
}

/** The main job over one clone, through the contract: trust it, add its app, go back to the first commit, push. */
export async function journey(odd: OddClone, repo: TestRepo, folder: string): Promise<Journey> {
  const session = await openTestSession({})
  const { client } = session
  try {
    const clone = await client.call('clones.add', { path: folder })
    const cloneId = clone.id
    const { fingerprint } = await client.call('clones.inspect', { cloneId })
    await client.call('clones.trust', { cloneId, fingerprint })
    let lacked = 0
    if (odd.first === 'deepen') await client.call('clones.deepen', { cloneId })
    const fill = async () => {
      lacked += (await client.call('clones.missing', { cloneId })).objects
      await client.call('clones.fill', { cloneId })
      expect(await client.call('clones.missing', { cloneId })).toEqual({ objects: 0 })
    }
    // Before there is an app what is looked through for apps, then the past of its folder.
    if (odd.first === 'fill') await fill()
    const [found] = await client.call('apps.discover', { cloneId })
    if (found === undefined) throw new Error('No app was discovered.')
    const app = await client.call('apps.add', found.spec)
    if (odd.first === 'fill') await fill()
    const rows = await readRows(client, app.id)
    const oldest = rows.at(-1)?.commit.oid ?? ''
    const draft = await client.call('draft.create', {
      appId: app.id,
      action: { kind: 'return', commit: oldest },
      shared: 'exclude',
    })
    const operation = await landDraft({ session, app, repo, base: '' }, draft)
    return { clone, rows, ended: operation.failure?.code ?? operation.state, lacked }
  } finally {
    await session.close()
  }
}

/** Every row, once all are rendered. */
export async function readRows(
  client: Awaited<ReturnType<typeof openTestSession>>['client'],
  appId: string,
): Promise<readonly TimelineRow[]> {
  const rows = new Map<string, TimelineRow>()
  for await (const delta of client.stream('timeline.watch', { appId })) {
    if (delta.reset === true) rows.clear()
    for (const oid of delta.deletes) rows.delete(oid)
    for (const row of delta.upserts) rows.set(row.commit.oid, row)
    if (delta.ready) break
  }
  return [...rows.values()].toSorted((a, b) => a.index - b.index)
}
