import { Option } from 'commander'
import { discover, listApps } from './commands/apps.ts'
import { blame } from './commands/blame.ts'
import type { BlameFlags } from './commands/blame.ts'
import { compareSides } from './commands/compare.ts'
import type { CompareFlags } from './commands/compare.ts'
import { diff } from './commands/diff.ts'
import { doctor } from './commands/doctor.ts'
import { history } from './commands/history.ts'
import type { HistoryFlags } from './commands/history.ts'
import { render } from './commands/render.ts'
import { status } from './commands/status.ts'
import { timelineFlags } from './commands/timeline-flags.ts'
import type { TimelineFlags } from './commands/timeline-flags.ts'
import { timeline } from './commands/timeline.ts'
import { upgrade } from './commands/upgrade.ts'
import type { UpgradeFlags } from './commands/upgrade.ts'
import { number, seconds } from './flag-values.ts'
import { program, resolved, split, within } from './program.ts'
import type { GlobalFlags } from './session.ts'

/** Commands that change nothing. */
export function addReadingCommands(): void {
  const apps = program
    .command('apps')
    .description('list the apps with sync and health')
    .action(within((session, out) => listApps(session, out)))
  apps
    .command('discover <dir>')
    .description('what a clone would give')
    .action(within((session, out, [dir]) => discover(session, out, dir ?? '.')))

  program
    .command('render [app]')
    .option('--revision <revision>', 'any commit')
    .description('the manifests, as YAML, in apply order')
    .action(
      within((session, out, words, flags: { readonly revision?: string }) =>
        render(session, out, split(words)[0], flags),
      ),
    )
  timelineFlags(program.command('timeline [app]'))
    .description('commits that changed the app')
    .action(
      within((session, out, words, flags: TimelineFlags) => timeline(session, out, split(words)[0], flags)),
    )
  program
    .command('compare <words...>')
    .option('--patch', 'the files as a patch, secrets masked')
    .option('--markdown', 'all of it as Markdown')
    .description('compare APP FROM TO: revisions, index, worktree, live, or app:NAME[@REVISION]')
    .action(
      within((session, out, given, flags: CompareFlags) => {
        const [app, words] = split(given)
        return compareSides(session, out, app, { words, flags })
      }),
    )
  program
    .command('upgrade [words...]')
    .option('--image <image>', 'only this image, without its tag')
    .description('what is in an upgrade, as source commits: upgrade APP [FROM TO]')
    .action(
      within((session, out, given, flags: UpgradeFlags) => {
        const [app, words] = split(given)
        return upgrade(session, out, app, { words, flags })
      }),
    )
  program
    .command('blame [words...]')
    .option('--revision <revision>', 'any commit')
    .option('--live', "also the cluster's value, and who holds it there")
    .description('where a field is written and by whom: blame APP KIND/NAME [PATH]')
    .action(
      within((session, out, given, flags: BlameFlags) => {
        const [app, words] = split(given)
        const { namespace } = program.opts<GlobalFlags>()
        return blame(session, out, app, {
          words,
          flags: { ...flags, ...(namespace === undefined ? {} : { namespace }) },
        })
      }),
    )
  program
    .command('diff [app]')
    .option('--revision <revision>', 'any commit')
    .description('the five sets against the cluster')
    .action(
      within(async (session, out, words, flags: { readonly revision?: string }) =>
        diff(session, out, split(words)[0], await resolved(session, split(words)[0], flags)),
      ),
    )
  program
    .command('status [app]')
    .option('--wait', 'until synced and healthy')
    .option('--timeout <time>', 'for example 90s or 5m', seconds)
    .description('sync, health and causes')
    .action(
      within((session, out, words, flags: { readonly wait?: boolean; readonly timeout?: number }) =>
        status(session, out, split(words)[0], flags),
      ),
    )

  program
    .command('history [app]')
    .option('--from <revision>', 'commits after this one')
    .option('--to <revision>', 'up to this one')
    .option('--since <day>', 'from this day on, as 2026-11-23 (UTC)')
    .option('--until <day>', 'to this day')
    .option('--limit <n>', 'commits at most', number)
    .addOption(new Option('--format <form>', 'a report').choices(['markdown', 'csv', 'json']))
    .description('who changed what when: commits and syncs')
    .action(
      within((session, out, words, flags: HistoryFlags) => history(session, out, split(words)[0], flags)),
    )
  program
    .command('doctor')
    .description('checks with fixes')
    .action(within((session, out) => doctor(session, out)))
}
