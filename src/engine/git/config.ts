import type { GitRunner } from './runner.ts'

/**
 * A clone's configuration as it is in force now: every file of it, includes followed. Keys as git lists them: section and variable in small
 * letters, what is between as it is written. Values may hold credentials.
 */
export type Config = {
  /** The last value wins; '' where it is not set, or set to nothing. */
  readonly get: (key: string) => string
  readonly all: (key: string) => readonly string[]
  /** Set to a truth anywhere; a variable without `=` is one. */
  readonly isOn: (key: string) => boolean
  /** What is between `section.` and the variable, each once: the names of remotes. */
  readonly names: (section: string) => readonly string[]
}

const truth = /^(true|yes|on|1)$/i

/** All of it in one run: each question of its own cost a process, and a draft had thirty. */
export async function readConfig(git: GitRunner, cwd: string): Promise<Config> {
  const { stdout } = await git.run(['config', '-z', '--list'], { cwd })
  return parseConfig(new TextDecoder().decode(stdout))
}

/** `key`, a line break, the value; a variable without `=` has neither line break nor value. */
function parseConfig(text: string): Config {
  const values = new Map<string, (string | undefined)[]>()
  for (const entry of text.split('\0')) {
    const end = entry.indexOf('\n')
    const key = end < 0 ? entry : entry.slice(0, end)
    if (key === '') continue
    const known = values.get(key)
    const value = end < 0 ? undefined : entry.slice(end + 1)
    if (known === undefined) values.set(key, [value])
    else known.push(value)
  }
  const all = (key: string) => (values.get(key) ?? []).map((value) => value ?? '')
  return {
    get: (key) => all(key).at(-1) ?? '',
    all,
    isOn: (key) => (values.get(key) ?? []).some((value) => value === undefined || truth.test(value)),
    names: (section) => {
      const found = [...values.keys()].flatMap((key) => {
        const [from, to] = [section.length + 1, key.lastIndexOf('.')]
        return key.startsWith(`${section}.`) && to > from ? [key.slice(from, to)] : []
      })
      return [...new Set(found)]
    },
  }
}
