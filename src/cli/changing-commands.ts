import type { Command } from 'commander'
import type { DraftAction } from '#contract'
import { runDraft } from './commands/draft.ts'
import type { DraftFlags } from './commands/draft.ts'
import { sync } from './commands/sync.ts'
import type { SyncFlags } from './commands/sync.ts'
import { takeBack } from './commands/take-back.ts'
import { list, number } from './flag-values.ts'
import { findWorkload, splitApps } from './names.ts'
import { program, resolved, split, within } from './program.ts'
import { returnAction, undoAction } from './rollback-action.ts'
import type { Session } from './session.ts'

/** Commands that change Git or a cluster, each after what it does was shown and approved. */
export function addChangingCommands(): void {
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
}

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
