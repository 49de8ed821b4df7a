/** What one process tree did, as `strace -f -y` wrote it down: programs started, files written, addresses reached. */
export type Trace = {
  readonly programs: ReadonlySet<string>
  readonly written: ReadonlySet<string>
  readonly reached: ReadonlySet<string>
}

const writing = [
  'creat',
  'mkdir',
  'rename',
  'unlink',
  'rmdir',
  'link',
  'symlink',
  'truncate',
  'chmod',
  'chown',
  'mknod',
]
/** Only what changes a file: reading opens are most of a trace, and none of its concern. */
export const tracedCalls = [
  'execve',
  'connect',
  'open',
  'openat',
  ...writing.flatMap((name) => (name === 'creat' || name === 'truncate' ? [name] : [name, `${name}at`])),
  'renameat2',
  'lchown',
  'fchownat',
  'fchmodat',
]
  .filter((name) => !['rmdirat', 'chmodat', 'chownat'].includes(name))
  .join(',')

/** Reads a trace; what failed did nothing and is left out. Relative names are told from the folder that `-y` gives them. */
export function readTrace(text: string): Trace {
  const programs = new Set<string>()
  const written = new Set<string>()
  const reached = new Set<string>()
  for (const line of joined(text)) {
    const call = /^(\w+)\((.*)\) += (-?\d+)/.exec(line)
    if (call === null) continue
    const [, name = '', words = '', result = ''] = call
    if (name === 'connect') {
      if (!words.includes('AF_UNIX') && !words.includes('AF_UNSPEC')) reached.add(words)
    } else if (result.startsWith('-')) continue
    else if (name === 'execve') programs.add(namesIn(words)[0] ?? words)
    else if (name.startsWith('open')) {
      if (/O_WRONLY|O_RDWR|O_CREAT|O_TRUNC/.test(words)) for (const path of namesIn(words)) written.add(path)
    } else for (const path of namesIn(words)) written.add(path)
  }
  return { programs, written, reached }
}

/** Another thread may come between the two halves of a call. */
function joined(text: string): readonly string[] {
  const halves = new Map<string, string>()
  return text.split('\n').flatMap((line) => {
    const [, pid = '', rest = ''] = /^(\d+) +(.*)$/.exec(line) ?? []
    const unfinished = /^(.*) <unfinished \.\.\.>$/.exec(rest)
    if (unfinished !== null) {
      halves.set(pid, unfinished[1] ?? '')
      return []
    }
    const resumed = /^<\.\.\. \w+ resumed>(.*)$/.exec(rest)
    return [resumed === null ? rest : `${halves.get(pid) ?? ''}${resumed[1] ?? ''}`]
  })
}

/** The quoted names of a call, each below the folder of the descriptor before it. */
function namesIn(words: string): readonly string[] {
  return [...words.matchAll(/(?:(?:AT_FDCWD|\d+)<([^>]*)>, )?"((?:[^"\\]|\\.)*)"/g)].map(
    ([, folder, name = '']) => (name.startsWith('/') || folder === undefined ? name : `${folder}/${name}`),
  )
}
