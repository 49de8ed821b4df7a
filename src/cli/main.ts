import { addChangingCommands } from './changing-commands.ts'
import { runDemo } from './commands/demo.ts'
import { serve } from './commands/serve.ts'
import { Exit, exitCodeOf, failureOf } from './exit.ts'
import { number } from './flag-values.ts'
import { program } from './program.ts'
import { addReadingCommands } from './reading-commands.ts'
import type { GlobalFlags } from './session.ts'

addReadingCommands()
addChangingCommands()
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
