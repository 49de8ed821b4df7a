import { randomUUID } from 'node:crypto'
import { basename } from 'node:path'
import { run } from '../process/index.ts'

type Environment = Readonly<Record<string, string>>

/** The environment that Git, ssh-agent and sign-in programs need, and where it is from, in words for the doctor. */
export type ShellEnvironment = {
  readonly env: Environment
  readonly source: 'login-shell' | 'inherited'
  readonly words: string
  /** Why the login shell's could not be had, where it was wanted. */
  readonly problem?: string
}

export type ShellPorts = { readonly env: Environment; readonly platform: string; readonly timeoutMs?: number }

const usualTimeoutMs = 10_000
/** Facts of the shell itself, not of the operator. */
const ownVariables = new Set(['_', 'SHLVL', 'PWD', 'OLDPWD'])

/**
 * An app that was started from a dock has a bare PATH: what the operator's login shell sets up is asked of it, once, ten seconds at most.
 * Started from a terminal there is nothing to ask; an interactive shell would take the terminal from whoever has it.
 */
export function createShellEnvironment(ports: ShellPorts): () => Promise<ShellEnvironment> {
  let reading: Promise<ShellEnvironment> | undefined
  return () => (reading ??= readShellEnvironment(ports))
}

async function readShellEnvironment({
  env,
  platform,
  timeoutMs = usualTimeoutMs,
}: ShellPorts): Promise<ShellEnvironment> {
  const inherited = (words: string) => ({ env, source: 'inherited', words }) as const
  if (platform === 'win32') return inherited('As the system gives it.')
  if ((env['TERM'] ?? 'dumb') !== 'dumb') return inherited('As the terminal gives it.')
  const shell = env['SHELL'] ?? ''
  if (shell === '') return { ...inherited('As it was started.'), problem: 'SHELL is not set.' }
  const mark = randomUUID()
  const print = `printf %s ${mark}`
  const result = await run(shell, [...flagsOf(shell), `${print}; /usr/bin/env -0; ${print}`], {
    env,
    timeoutMs,
    maxBytes: 4 * 1024 * 1024,
  })
  if (result.end !== 'exit') {
    const problem =
      result.end === 'timeout'
        ? `${shell} did not finish in ${timeoutMs / 1000} s.`
        : `${shell} could not be run.`
    return { ...inherited('As it was started.'), problem }
  }
  const found = parseBetween(new TextDecoder().decode(result.stdout), mark)
  if (found === undefined)
    return { ...inherited('As it was started.'), problem: `${shell} did not print its environment.` }
  return { env: { ...env, ...found }, source: 'login-shell', words: `As ${shell} sets it up.` }
}

/** csh and tcsh refuse -l together with others, and -i without a terminal; they read their files for -c too. */
function flagsOf(shell: string): readonly string[] {
  return /^t?csh$/.test(basename(shell)) ? ['-c'] : ['-ilc']
}

/** What stands between the marks: start-up files may print before and after. */
function parseBetween(text: string, mark: string): Environment | undefined {
  const parts = text.split(mark)
  const between = parts[1]
  if (parts.length < 3 || between === undefined) return undefined
  const entries = between.split('\0').flatMap((line) => {
    const at = line.indexOf('=')
    return at > 0 && !ownVariables.has(line.slice(0, at))
      ? [[line.slice(0, at), line.slice(at + 1)] as const]
      : []
  })
  return entries.length === 0 ? undefined : Object.fromEntries(entries)
}
