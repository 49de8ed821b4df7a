import type { AppSpec } from '#contract'
import { openTestSession } from '../helpers/session.ts'
import type { TestSession } from '../helpers/session.ts'
import { monorepo, spec } from './monorepo.ts'
import type { Row } from './row.ts'

const inView = Array.from({ length: 40 }, (_, at) => at)

/**
 * What the marks of forty rows in view cost the list of an app of the monorepo, its effects known from before: the rows with nobody looking are the
 * peer. The cluster is left out: it is read once, beside.
 */
export async function marksRows(): Promise<readonly Row[]> {
  return inSession(async (session, appId) => {
    await timesOf(session, appId, [])
    const plain = await timesOf(session, appId, [])
    const marked = await timesOf(session, appId, inView)
    const rows = await until(session, appId, 'rows')
    const all = await until(session, appId, 'reasons')
    const against = 'nobody looks'
    return [
      { name: 'marks-50-rows', ours: marked.fifty, peer: plain.fifty, against, unit: 'ms' },
      { name: 'marks-200-rendered', ours: marked.rendered, peer: plain.rendered, against, unit: 'ms' },
      { name: 'marks-40', ours: all, peer: rows, against: 'their rows alone', unit: 'ms' },
    ]
  })
}

async function inSession<T>(work: (session: TestSession, appId: string) => Promise<T>): Promise<T> {
  const session = await openTestSession({})
  try {
    const clone = await session.client.call('clones.add', { path: await monorepo() })
    const here: AppSpec = { ...spec, cloneId: clone.id }
    const app = await session.client.call('apps.add', here)
    await session.rowWhere(app.id, ({ tip }) => tip !== undefined, 60_000)
    return await work(session, app.id)
  } finally {
    await session.close()
  }
}

/** Until fifty rows are in the list, and until two hundred are told in full. */
async function timesOf(
  { client }: TestSession,
  appId: string,
  rows: readonly number[],
): Promise<{ readonly fifty: number; readonly rendered: number }> {
  await client.call('timeline.focus', { appId, rows: [...rows] })
  const start = performance.now()
  let fifty: number | undefined
  const seen = new Set<string>()
  for await (const { upserts, ready } of client.stream('timeline.watch', { appId, limit: 200 })) {
    for (const { commit } of upserts) seen.add(commit.oid)
    if (seen.size >= 50) fifty ??= performance.now() - start
    if (ready) return { fifty: fifty ?? Number.NaN, rendered: performance.now() - start }
  }
  throw new Error('The stream ended.')
}

async function until({ client }: TestSession, appId: string, what: 'rows' | 'reasons'): Promise<number> {
  const start = performance.now()
  for await (const { ready } of client.stream('timeline.watch', { appId, limit: inView.length, until: what }))
    if (ready) return performance.now() - start
  throw new Error('The stream ended.')
}
