import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AppRow, DraftAction } from '#contract'
import { Exit } from '../exit.ts'
import { createOutput } from '../output.ts'
import type { Output } from '../output.ts'
import { findCommit, findWorkload } from '../names.ts'
import { openSession } from '../session.ts'
import type { GlobalFlags, Session } from '../session.ts'
import { watchApps } from '../watch-apps.ts'
import { listApps } from './apps.ts'
import { runDraft } from './draft.ts'
import { readStatus } from './status.ts'
import { timeline } from './timeline.ts'

/** `demo`: opens the demo workspace and lists its apps; `--run` walks the main job in a fresh one that goes away afterwards. */
export async function runDemo(
  flags: GlobalFlags,
  options: { readonly run?: boolean; readonly reset?: boolean },
): Promise<void> {
  const out = createOutput({
    json: flags.output === 'json',
    color: flags.color !== false && process.stdout.isTTY,
  })
  if (options.run === true) {
    await walk(flags, out)
    return
  }
  const session = await openSession(flags)
  try {
    await session.client.call(options.reset === true ? 'demo.reset' : 'demo.open', {})
    await listApps(session, out)
  } finally {
    await session.close()
  }
}

const app = 'shop-web'

/** Degraded, back to the last good commit, scaled by commit, the scale undone: each step checked, each state read from the cluster. */
async function walk(flags: GlobalFlags, out: Output): Promise<void> {
  const keep = flags.workspace !== undefined
  const workspace = flags.workspace ?? (await mkdtemp(join(tmpdir(), 'wheelhouse-demo-')))
  const session = await openSession({ ...flags, workspace })
  try {
    out.line(`The demo, in ${workspace}`)
    await session.client.call('demo.open', {})
    await listApps(session, out)
    await reach(session, out, 'degraded at first', (row) => row.health.status === 'Degraded')
    await timeline(session, out, app, { limit: 10 })
    const good = await findCommit(session, app, 'last-good')
    await act(session, out, `Return to the last good commit, ${good.slice(0, 7)}`, {
      kind: 'return',
      commit: good,
    })
    await reach(session, out, 'healthy again', isHealthy)
    const key = await findWorkload(session, app, 'Deployment/web')
    await act(session, out, 'Scale web from 3 to 5 by commit', {
      kind: 'scale',
      edits: [{ key, replicas: 5 }],
    })
    const scaled = await reach(session, out, 'healthy with five', (row) => isHealthy(row) && row.ready === 5)
    await act(session, out, 'Undo the scale', { kind: 'undo', commits: [scaled.tip?.oid ?? ''] })
    await reach(session, out, 'healthy with three', (row) => isHealthy(row) && row.ready === 3)
    out.line(out.paint('green', 'The whole job, done.'))
  } finally {
    if (!keep) await session.stopDemo()
    await session.close()
    if (!keep) await rm(workspace, { recursive: true, force: true, maxRetries: 5 })
  }
}

async function act(session: Session, out: Output, title: string, action: DraftAction): Promise<void> {
  out.line(`\n${out.paint('bold', title)}`)
  await runDraft(session, out, app, { action, flags: { yes: true, sync: true, excludeShared: true } })
}

/** Waits for a state of the app as the window would show it. */
async function reach(
  session: Session,
  out: Output,
  words: string,
  is: (row: AppRow) => boolean,
): Promise<AppRow> {
  const first = await readStatus(session, app, {})
  for await (const changed of watchApps(session, 60_000)) {
    const row = changed.find(({ id }) => id === first.id)
    if (row === undefined || !is(row)) continue
    out.line(`${app}: ${words} (${row.health.status}, ${row.ready}/${row.desired} ready, ${row.sync.status})`)
    return row
  }
  throw new Exit(2, `${app} is not ${words}.`)
}

function isHealthy(row: AppRow): boolean {
  return row.health.status === 'Healthy' && row.sync.status === 'synced'
}
