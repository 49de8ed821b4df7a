import type { Change, Plan } from '#contract'
import { displayKey } from '../manifest/index.ts'

const signs: Readonly<Record<Change['action'], string>> = {
  create: '+',
  update: '~',
  replace: '!',
  prune: '-',
  unchanged: '=',
  blocked: 'x',
  hook: 'h',
  unknown: '?',
}
const longest = 60

/** A plan as text: what the command line shows, and what the tests of this room compare. */
export function printPlan(plan: Plan): string {
  const lines: string[] = [`revision ${plan.revision.slice(0, 7)}: ${countWords(plan)}`]
  for (const { code, message } of plan.blocks) lines.push(`refused ${code}: ${message}`)
  let wave: number | undefined
  for (const change of plan.changes) {
    if (change.action !== 'prune' && change.wave !== wave) lines.push(`wave ${(wave = change.wave)}`)
    lines.push(...printChange(change))
  }
  for (const warning of plan.warnings) lines.push(`note: ${warning}`)
  return `${lines.join('\n')}\n`
}

const counted = ['create', 'update', 'replace', 'prune', 'blocked', 'unknown', 'hook', 'unchanged'] as const

function countWords({ counts, synced }: Plan): string {
  const words = counted.filter((name) => (counts[name] ?? 0) > 0).map((name) => `${name} ${counts[name]}`)
  return `${synced ? 'synced, ' : ''}${words.join(', ') || 'nothing'}`
}

function printChange(change: Change): readonly string[] {
  const place = change.key.namespace === '' ? '' : ` in ${change.key.namespace}`
  const extra = [
    change.action,
    ...(change.takeOver ? ['take over'] : []),
    ...(change.restarts > 0 ? [`restarts ${change.restarts}`] : []),
    ...(change.needsTick ? ['needs a tick'] : []),
    ...(change.verified === 'local' ? ['compared here'] : []),
  ]
  return [
    `  ${signs[change.action]} ${displayKey(change.key)}${place} (${extra.join(', ')})`,
    ...change.fields.map(({ path, before, after, redacted }) =>
      redacted === true
        ? `      ${path}: (secret changed)`
        : `      ${path}: ${shown(before)} -> ${shown(after)}`,
    ),
    ...change.contested.map(
      ({ path, manager, at, overrule }) =>
        `      contested ${path} by ${manager}${at === undefined ? '' : `, at or before ${at}`}${overrule ? ' (may be overruled)' : ''}`,
    ),
    ...change.undeclared.map(
      ({ path, manager, at, value }) =>
        `      undeclared ${path} = ${shown(value)} by ${manager}${at === undefined ? '' : `, at or before ${at}`}`,
    ),
    ...change.ignored.map(({ path, reason }) => `      ignored ${path}: ${reason}`),
    ...change.reasons.map(({ code, message }) => `      ${code}: ${message}`),
  ]
}

function shown(value: unknown): string {
  if (value === undefined) return 'none'
  const text = JSON.stringify(value) ?? 'none'
  return text.length > longest ? `${text.slice(0, longest)}…` : text
}
