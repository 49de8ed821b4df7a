import { runTool, vitest } from './command.ts'

type Check = { readonly name: string; readonly run: () => Promise<number> }

const checks: readonly Check[] = [
  { name: 'types', run: () => runTool('tsc', ['-b']) },
  { name: 'lint', run: () => runTool('oxlint', ['--type-aware', '--deny-warnings']) },
  { name: 'format', run: () => runTool('prettier', ['--check', '--log-level', 'warn', '.']) },
  { name: 'unused', run: () => runTool('knip', []) },
  { name: 'unit', run: () => vitest('unit') },
]

/** The fast part of the tests: all static checks and the unit layer. Answers the names of what failed. */
export async function check(): Promise<readonly string[]> {
  const failed: string[] = []
  for (const one of checks) {
    const started = Date.now()
    const code = await one.run()
    process.stderr.write(
      `${one.name}: ${code === 0 ? 'fine' : 'FAILED'} (${((Date.now() - started) / 1000).toFixed(1)} s)\n`,
    )
    if (code !== 0) failed.push(one.name)
  }
  return failed
}

if (import.meta.main) {
  const failed = await check()
  process.exitCode = failed.length === 0 ? 0 : 1
}
