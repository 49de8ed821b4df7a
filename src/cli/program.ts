import { Command, Option } from 'commander'
import { version } from './files.ts'
import { list } from './flag-values.ts'
import { findCommit } from './names.ts'
import { createOutput } from './output.ts'
import type { Output } from './output.ts'
import { openSession } from './session.ts'
import type { GlobalFlags, Session } from './session.ts'

/** The command line before it has any command: what all of them share. */
export const program = new Command('wheelhouse')
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
export function within(
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
export function split(words: readonly string[]): readonly [string | undefined, readonly string[]] {
  return named() ? [words[0], words.slice(1)] : [undefined, words]
}

/** A revision as it was typed becomes a commit of the app's clone. */
export async function resolved<F extends { readonly revision?: string }>(
  session: Session,
  app: string | undefined,
  flags: F,
): Promise<F> {
  return flags.revision === undefined
    ? flags
    : { ...flags, revision: await findCommit(session, app, flags.revision) }
}
