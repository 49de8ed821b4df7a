import { createInterface } from 'node:readline/promises'
import type { Decisions, Plan } from '#contract'
import { Exit } from './exit.ts'

/** Asks on a terminal; without one only `--yes` goes on. */
export async function approve(question: string, yes: boolean | undefined): Promise<void> {
  if (yes === true) return
  if (!process.stdin.isTTY) throw new Exit(3, `${question} Nothing was done: say --yes.`)
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  const answer = await lines.question(`${question} [y/N] `)
  lines.close()
  if (!/^y(es)?$/i.test(answer.trim())) throw new Exit(3, 'Nothing was done.')
}

/** What the flags decide. People's tools are overruled, since their fields were shown; pruning and its ticks only with `--prune`. */
export function decisionsOf(
  plan: Plan,
  flags: { readonly prune?: boolean; readonly rollback?: boolean; readonly confirmedContext?: string },
): Decisions {
  const ticks = plan.changes
    .filter(({ needsTick }) => needsTick)
    .map(({ key }) => `${key.group}/${key.kind}/${key.namespace}/${key.name}`)
  return {
    prune: flags.prune ?? false,
    ticks: flags.prune === true ? ticks : [],
    overrule: true,
    rollback: flags.rollback ?? false,
    ...(flags.confirmedContext === undefined ? {} : { confirmedContext: flags.confirmedContext }),
  }
}
