import { Command, Option } from 'commander'
import type { DraftAction } from '#contract'
import { discover, listApps } from './commands/apps.ts'
import { blame } from './commands/blame.ts'
import type { BlameFlags } from './commands/blame.ts'
import { compareSides } from './commands/compare.ts'
import type { CompareFlags } from './commands/compare.ts'
import { runDemo } from './commands/demo.ts'
import { diff } from './commands/diff.ts'
import { doctor } from './commands/doctor.ts'
import { runDraft } from './commands/draft.ts'
import type { DraftFlags } from './commands/draft.ts'
import { history } from './commands/history.ts'
import type { HistoryFlags } from './commands/history.ts'
import { render } from './commands/render.ts'
import { serve } from './commands/serve.ts'
import { status } from './commands/status.ts'
import { sync } from './commands/sync.ts'
import type { SyncFlags } from './commands/sync.ts'
import { takeBack } from './commands/take-back.ts'
import { timelineFlags } from './commands/timeline-flags.ts'
import type { TimelineFlags } from './commands/timeline-flags.ts'
import { timeline } from './commands/timeline.ts'
import { upgrade } from './commands/upgrade.ts'
import type { UpgradeFlags } from './commands/upgrade.ts'
import { Exit, exitCodeOf, failureOf } from './exit.ts'
import { version } from './files.ts'
import { findCommit, findWorkload, splitApps } from './names.ts'
import { returnAction, undoAction } from './rollback-action.ts'
import { list, number, seconds } from './flag-values.ts'
import { createOutput } from './output.ts'
import type { Output } from './output.ts'
import { openSession } from './session.ts'
import type { GlobalFlags, Session } from './session.ts'

const program = new Command('wheelhouse')
  .description('Know what runs in your clusters, and go back safely.')
  .version(version)
  .option('--kubeconfig <file>', 'a kubeconfig beside the usual ones')
  .option('--workspace <folder>', 'folder of settings, apps and journal')
  .addOption(
    new Option('-o, --output <form>', 'text for people, JSON for scripts')
      .choices(['text', 'json'])
      .default('text'),
  )
  .option('--no-color', 'no colours')
  .option('--repo <dir>', 'a clone, for an app that the workspace does not have')
  .option('--path <path>', 'its folder in the clone')
  .option('--branch <branch>', 'its branch')
  .addOption(new Option('--tool <tool>', 'what renders it').choices(['plain', 'kustomize', 'helm']))
  .option('--values <file>', 'a values file (may be repeated)', list, [] as readonly string[])
  .option('--release <name>', 'the Helm release')
  .option(
    '--source <image=dir>',
    'the source clone of an image (may be repeated)',
    list,
    [] as readonly string[],
  )
  .option('--context <context>', 'the kubeconfig context it runs in')
  .option('-n, --namespace <namespace>', 'its namespace')
  .exitOverride()

const named = () => program.opts<GlobalFlags>().repo === undefined

/** Runs one command with a session of its own; every end passes here. */
function within(
  work: (session: Session, out: Output, words: readonly string[], flags: never) => Promise<void>,
) {
  return async (...given: readonly unknown[]): Promise<void> => {
    const flags = program.opts<GlobalFlags>()
    const out = createOutput({
      json: flags.output === 'json',
      color: flags.color !== false && process.stdout.isTTY,
    })
    const words = given.slice(0, -2).flat() as readonly string[]
    const session = await openSession(flags)
    try {
      await work(session, out, words, given.at(-2) as never)
    } finally {
      await session.close()
    }
  }
}

/** Without an app of the workspace (`--repo`) every positional argument is what follows APP. */
function split(words: readonly string[]): readonly [string | undefined, readonly string[]] {
  return named() ? [words[0], words.slice(1)] : [undefined, words]
}

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
  .command('blame <words...>')
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
  .command('sync [app]')
  .option('--revision <revision>', 'any commit')
  .option('--prune', 'also remove what is no longer declared')
  .option('--confirm-context <name>', 'the name of a protected context')
  .option('--yes', 'approve what is shown')
  .description('plan, show, approve, apply, wait')
  .action(
    within(async (session, out, words, flags: SyncFlags) =>
      sync(session, out, split(words)[0], await resolved(session, split(words)[0], flags)),
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

/** A command that makes a draft: what it names becomes an action, the flags are the same for all. */
function draftCommand(
  signature: string,
  description: string,
  actionOf: (
    session: Session,
    app: string | undefined,
    rest: readonly string[],
    flags: DraftFlags,
  ) => Promise<DraftAction>,
): Command {
  return program
    .command(signature)
    .description(description)
    .option('--dry-run', 'show the draft, do nothing')
    .option('--message <text>', 'the commit message')
    .option('--ticket <ticket>', "what {ticket} in the team's template of subjects becomes")
    .option('--include-shared', 'also inputs that other apps read')
    .option('--exclude-shared', 'leave shared inputs alone')
    .option('--ours <path>', 'in a conflict, keep this file as it is now', list, [])
    .option('--theirs <path>', 'in a conflict, take the undone state of this file', list, [])
    .option('--no-push', 'commit locally')
    .option('--pull-request', 'push to a branch of its own and print where the pull request is opened')
    .option('--sync', 'sync afterwards')
    .option('--confirm-context <name>', 'the name of a protected context')
    .option('--yes', 'approve what is shown')
    .action(
      within(async (session, out, words, flags: DraftFlags) => {
        const [app, rest] = split(words)
        const action = await actionOf(session, app, rest, flags)
        await runDraft(session, out, action.kind === 'return' ? splitApps(app).first : app, { action, flags })
      }),
    )
}

draftCommand(
  'return <words...>',
  'one commit that makes the app as it was at COMMIT, or at the last one that ran healthy: return APP[,APP...] COMMIT|last-good',
  returnAction,
).option('--folder <path>', 'a whole folder of the clone, with every app in it')
draftCommand('undo <words...>', 'one commit that reverses COMMITs: undo APP COMMIT...', undoAction)
  .option('--only <path>', 'only this file or folder of the app (may be repeated)', list, [])
  .option('--object <kind/name>', 'only this object of the files (may be repeated)', list, [])
  .option('--mainline <n>', 'the parent that a merge commit is taken back to', number)
draftCommand(
  'scale <words...>',
  'change a replica count by commit: scale APP KIND/NAME N',
  async (session, app, [workload, count]) => ({
    kind: 'scale',
    edits: [{ key: await findWorkload(session, app, workload), replicas: number(count ?? '') }],
  }),
)

program
  .command('take-back [app]')
  .option('--yes', 'approve what is shown')
  .description('take back the last commit of ours, while no remote has it')
  .action(
    within((session, out, words, flags: { readonly yes?: boolean }) =>
      takeBack(session, out, split(words)[0], flags),
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
  .action(within((session, out, words, flags: HistoryFlags) => history(session, out, split(words)[0], flags)))
program
  .command('doctor')
  .description('checks with fixes')
  .action(within((session, out) => doctor(session, out)))
program
  .command('serve')
  .option('--port <n>', 'any free one unless told', number)
  .option('--open', 'open a browser')
  .option('--demo', 'go straight to the demo')
  .description('the same app in a browser, on this machine only')
  .action(async (flags: { readonly port?: number; readonly open?: boolean; readonly demo?: boolean }) =>
    serve(program.opts<GlobalFlags>(), flags),
  )
program
  .command('demo')
  .option('--run', 'go through the main job in a fresh demo, printing each step')
  .option('--reset', 'start the demo over')
  .description('the demo workspace')
  .action(async (flags: { readonly run?: boolean; readonly reset?: boolean }) =>
    runDemo(program.opts<GlobalFlags>(), flags),
  )

async function resolved<F extends { readonly revision?: string }>(
  session: Session,
  app: string | undefined,
  flags: F,
): Promise<F> {
  return flags.revision === undefined
    ? flags
    : { ...flags, revision: await findCommit(session, app, flags.revision) }
}

try {
  await program.parseAsync()
} catch (error) {
  process.exitCode = end(error)
}

function end(error: unknown): number {
  if (error instanceof Exit) {
    if (error.message !== '') process.stderr.write(`${error.message}\n`)
    return error.exitCode
  }
  const failure = failureOf(error)
  if (failure !== undefined) {
    process.stderr.write(
      `${failure.code}: ${failure.message}\n${failure.hint === undefined ? '' : `${failure.hint}\n`}`,
    )
    return exitCodeOf(failure.code)
  }
  // commander has printed its own words.
  if (error instanceof Error && 'exitCode' in error && typeof error.exitCode === 'number')
    return error.exitCode === 0 ? 0 : 2
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  return 2
}
