import { InvalidArgumentError } from 'commander'
import type { Command } from 'commander'
import { isDay } from '#contract'
import type { RowCondition } from '#contract'
import { list, number } from '../flag-values.ts'

export type TimelineFlags = {
  readonly limit?: number
  readonly all?: boolean
  readonly allBranches?: boolean
  readonly author?: string
  readonly after?: string
  readonly before?: string
  readonly file?: readonly string[]
  readonly change?: string
  readonly object?: string
  readonly merges?: boolean
  readonly check?: boolean
}

/** The flags of `timeline`. A file is not called `--path`: that names the app's folder, for an app that the workspace does not have. */
export function timelineFlags(command: Command): Command {
  return command
    .option('--limit <n>', 'commits to look at; 50 unless told, 500 with a filter', number)
    .option('--all', 'also commits without effect on the rendered app')
    .option('--all-branches', 'commits of every branch, not of the tracked one alone')
    .option('--author <name>', 'by this name or address')
    .option('--after <day>', 'from this day on, as 2026-11-23 (UTC)', day)
    .option('--before <day>', 'to this day', day)
    .option('--file <path>', 'that touched this file or folder (may be repeated)', list, [])
    .option('--change <word>', 'that changed this in the rendered app: image, replicas ...')
    .option('--object <name>', 'that changed this object, as deployment/web')
    .option('--merges', 'merges only')
    .option(
      '--check',
      'also what speaks against going back to each: asks the cluster and rehearses undoing it',
    )
}

/** What the flags ask of each row; all of them have to hold. */
export function conditionsOf(flags: TimelineFlags): readonly RowCondition[] {
  const named = (['author', 'after', 'before', 'change', 'object'] as const).flatMap((on) => {
    const value = flags[on]
    return value === undefined ? [] : [{ on, value }]
  })
  return flags.merges === true ? [...named, { on: 'merge' }] : named
}

function day(text: string): string {
  if (!isDay(text)) throw new InvalidArgumentError(`${text} is no day: write 2026-11-23.`)
  return text
}
