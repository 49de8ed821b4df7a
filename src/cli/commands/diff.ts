import type { Change, Plan } from '#contract'
import { Exit } from '../exit.ts'
import type { Output } from '../output.ts'
import type { Session } from '../session.ts'

/** `diff APP`: the five sets against the cluster. Exit 1 where anything differs, also undeclared fields that no sync removes. */
export async function diff(
  session: Session,
  out: Output,
  appName: string | undefined,
  flags: { readonly revision?: string },
): Promise<void> {
  const app = await session.app(appName)
  const plan = await session.client.call('plan.create', {
    appId: app.id,
    ...(flags.revision === undefined ? {} : { revision: flags.revision }),
  })
  out.value(plan)
  printPlan(plan, out)
  if (plan.changes.some((change) => change.action !== 'unchanged' || change.undeclared.length > 0))
    throw new Exit(1)
}

export function printPlan(plan: Plan, out: Output): void {
  for (const change of plan.changes) printChange(change, out)
  const counts = Object.entries(plan.counts).filter(([, count]) => count > 0)
  out.line(
    `${plan.revision.slice(0, 7)}: ${counts.map(([word, count]) => `${count} ${word}`).join(', ') || 'nothing to do'}`,
  )
  for (const { subject, oid } of plan.brings.slice(1)) out.line(`  brings ${oid.slice(0, 7)} ${subject}`)
  for (const warning of plan.warnings) out.line(out.paint('yellow', `  ${warning}`))
  for (const { code, message } of plan.blocks) out.line(out.paint('red', `  ${code}: ${message}`))
}

function printChange(change: Change, out: Output): void {
  const { key, action, wave, restarts, takeOver } = change
  const notes = [
    ...(wave === 0 ? [] : [`wave ${wave}`]),
    ...(takeOver ? ['taken over'] : []),
    ...(restarts > 0 ? [`restarts ${restarts} pods`] : []),
  ]
  out.line(
    `${out.paint(action === 'prune' ? 'red' : 'bold', action)} ${key.kind}/${key.name}${key.namespace === '' ? '' : ` -n ${key.namespace}`}${notes.length > 0 ? ` (${notes.join(', ')})` : ''}`,
  )
  for (const { path, before, after, redacted } of change.fields)
    out.line(`  ${path}: ${redacted === true ? '(hidden)' : `${show(before)} -> ${show(after)}`}`)
  for (const { path, manager, at, before, after, overrule } of change.contested) {
    out.line(
      out.paint(
        'yellow',
        `  ${path}: ${show(before)} -> ${show(after)}, owned by ${manager}${at === undefined ? '' : ` (at or before ${at})`}${overrule ? '' : ', refused'}`,
      ),
    )
  }
  for (const { path, manager, at } of change.undeclared)
    out.line(
      out.paint(
        'dim',
        `  ${path}: undeclared, set by ${manager}${at === undefined ? '' : ` at or before ${at}`}`,
      ),
    )
  for (const { path, reason } of change.ignored) out.line(out.paint('dim', `  ${path}: ignored, ${reason}`))
  for (const { message } of change.reasons) out.line(`  ${message}`)
}

function show(value: unknown): string {
  const text = value === undefined ? '(none)' : JSON.stringify(value)
  return text.length > 100 ? `${text.slice(0, 97)}...` : text
}
