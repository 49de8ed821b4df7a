import { resolve } from 'node:path'
import type { AppRow } from '#contract'
import type { Output } from '../output.ts'
import { table } from '../output.ts'
import type { Session } from '../session.ts'
import { watchApps } from '../watch-apps.ts'

/** `apps`: the workspace's apps with sync and health, once everything has been read (or 20 s have passed). */
export async function listApps(session: Session, out: Output): Promise<void> {
  const rows = new Map<string, AppRow>()
  for await (const changed of watchApps(session, 20_000)) {
    for (const row of changed) rows.set(row.id, row)
    if ([...rows.values()].every(isRead)) break
  }
  const apps = [...rows.values()]
  out.value(apps)
  if (apps.length === 0) out.line('No apps. Add some in the window, or try: wheelhouse demo')
  else
    out.line(
      table([['NAME', 'SYNC', 'HEALTH', 'READY', 'COMMIT', 'CAUSE'], ...apps.map((row) => cells(row, out))]),
    )
}

/** `apps discover DIR`: what a clone would give. */
export async function discover(session: Session, out: Output, dir: string): Promise<void> {
  const clone = await session.client.call('clones.add', {
    path: resolve(process.env.WHEELHOUSE_CALLED_FROM ?? '.', dir),
  })
  const found = await session.client.call('apps.discover', { cloneId: clone.id })
  out.value(found)
  out.line(
    table([
      ['NAME', 'TOOL', 'PATH', 'WHY'],
      ...found.map(({ spec, why }) => [spec.name, spec.tool, spec.path, why]),
    ]),
  )
}

export function isRead(row: AppRow): boolean {
  return row.problem !== undefined || row.destination === undefined || !['unknown'].includes(row.sync.status)
}

function cells(row: AppRow, out: Output): readonly string[] {
  const colour =
    row.health.status === 'Healthy' ? 'green' : row.health.status === 'Degraded' ? 'red' : 'yellow'
  return [
    row.name,
    row.sync.status,
    out.paint(colour, row.health.status),
    `${row.ready}/${row.desired}`,
    row.tip?.oid.slice(0, 7) ?? '-',
    row.problem?.message ?? row.health.cause?.message ?? '',
  ]
}
