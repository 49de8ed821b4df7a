import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { TestRepo } from './repo.ts'

/** Git that stops in the middle of what it does, holding its locks, until it is let go or killed. */
export type Frozen = {
  /** Settles when git stands still. */
  readonly reached: () => Promise<void>
  /** Nothing is stopped from here on; what stands still is killed, and what kept it ends. */
  readonly kill: (pid: number) => Promise<void>
}

/** While it writes files of the work tree: the index is locked. The clone must have `.gitattributes` with `filter=slow`. */
export function freezeInFilter(repo: TestRepo): Frozen {
  const frozen = pipes(repo, () => void repo.git('config', 'filter.slow.smudge', 'cat'))
  repo.git('config', 'filter.slow.smudge', frozen.command)
  return frozen
}

/** While it moves a ref: the ref is locked. */
export function freezeInRefs(repo: TestRepo): Frozen {
  const hook = join(repo.clone, '.git/hooks/reference-transaction')
  const frozen = pipes(repo, () => rmSync(hook))
  const only = 'grep -q refs/heads/main || exit 0'
  writeFileSync(hook, `#!/bin/sh\n[ "$1" = prepared ] || exit 0\n${only}\n${frozen.command}\n`, {
    mode: 0o755,
  })
  return frozen
}

function pipes(repo: TestRepo, thaw: () => void): Frozen & { readonly command: string } {
  const [reached, gate] = [join(repo.dir, 'reached'), join(repo.dir, 'gate')]
  execFileSync('mkfifo', [reached, gate])
  return {
    command: `echo here > '${reached}'; cat '${gate}'`,
    reached: async () => void (await readFile(reached)),
    kill: async (pid) => {
      thaw()
      process.kill(pid, 'SIGKILL')
      await writeFile(gate, '')
    },
  }
}

/** Children of a process whose command line has these words, as Linux lists them. */
export function childrenOf(pid: number, words: string): readonly number[] {
  const children = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').trim().split(' '),
  )
  return children
    .filter((child) => child !== '' && readFileSync(`/proc/${child}/cmdline`, 'utf8').includes(words))
    .map(Number)
}
