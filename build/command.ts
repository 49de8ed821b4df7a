import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { delimiter, join } from 'node:path'
import { root } from './targets.ts'

const bin = join(root, 'node_modules', '.bin')

/** Runs one of the project's tools with its output shown; answers its exit code. */
export async function runTool(tool: string, args: readonly string[]): Promise<number> {
  const child = spawn(join(bin, tool), args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
    env: { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH ?? ''}` },
  })
  const [code] = (await once(child, 'exit')) as [number | null]
  return code ?? 1
}

/** One layer of the tests: a project of test/vitest.config.ts. */
export function vitest(project: string, files: readonly string[] = []): Promise<number> {
  return runTool('vitest', ['run', '--config', 'test/vitest.config.ts', '--project', project, ...files])
}
