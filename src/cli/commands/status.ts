import type { AppRow } from '#contract'
import { Exit } from '../exit.ts'
import type { Output } from '../output.ts'
import type { Session } from '../session.ts'
import { watchApps } from '../watch-apps.ts'
import { isRead } from './apps.ts'

/** `status APP`: sync, health and causes; exit 1 where it is not synced and healthy. `--wait` until it is, or the time is over. */
export async function status(
  session: Session,
  out: Output,
  appName: string | undefined,
  flags: { readonly wait?: boolean; readonly timeout?: number },
): Promise<void> {
  const row = await readStatus(session, appName, flags)
  out.value(row)
  out.line(`${row.name}: ${row.sync.status}, ${row.health.status}, ${row.ready}/${row.desired} ready`)
  if (row.sync.status !== 'synced') out.line(`  ${row.sync.message}`)
  if (row.health.cause !== undefined) out.line(`  ${row.health.cause.message}`)
  if (row.blame !== undefined)
    out.line(`  because of ${row.blame.oid.slice(0, 7)} "${row.blame.subject}" by ${row.blame.author.name}`)
  if (row.problem !== undefined) throw new Exit(2, `${row.problem.code}: ${row.problem.message}`)
  if (!isFine(row)) throw new Exit(1)
}

/** The app's row once it is read; with `wait` once it is synced and healthy. */
export async function readStatus(
  session: Session,
  appName: string | undefined,
  flags: { readonly wait?: boolean; readonly timeout?: number },
): Promise<AppRow> {
  const app = await session.app(appName)
  const seconds = flags.timeout ?? (flags.wait === true ? 300 : 30)
  let last: AppRow | undefined
  for await (const changed of watchApps(session, seconds * 1000)) {
    last = changed.find(({ id }) => id === app.id) ?? last
    if (
      last !== undefined &&
      isRead(last) &&
      (flags.wait !== true || isFine(last) || last.problem !== undefined)
    )
      return last
  }
  if (last === undefined) throw new Exit(2, `${app.spec.name} could not be read in time.`)
  return last
}

export function isFine(row: AppRow): boolean {
  return row.sync.status === 'synced' && row.health.status === 'Healthy'
}
