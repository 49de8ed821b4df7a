import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, rmSync, watch, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** What becomes of the git that runs while the engine is killed: it goes on to its end alone, or dies a moment later with all that it started. */
export type Fate = 'finishes' | 'is killed too'

/** Kills per step, spread over its time; more find more. */
export const kills = Number(process.env.WHEELHOUSE_KILLS ?? 3)

// Moments within a run of git, which takes some 5 to 50 ms.
const delays = [0, 1, 2, 4, 6, 9, 13, 18, 25, 40]

// Who armed it is the engine; git may have been started by the starter. A group of its own, so that what git itself starts dies with it.
const shim = `#!/bin/sh
if [ -e "$KILL_ARM" ]; then case "$*" in *"$KILL_WORDS"*)
  engine=$(cat "$KILL_ARM")
  rm -f "$KILL_ARM"
  # The starter ends with its engine and asks its children to end.
  trap '' TERM
  if [ "$KILL_FATE" = finishes ]; then
    kill -9 $engine
    "$KILL_GIT" "$@"
  else
    exec 3<&0
    setsid "$KILL_GIT" "$@" <&3 &
    sleep "$KILL_AFTER"
    kill -9 $engine
    kill -9 -- -$! $! 2>/dev/null
    wait
  fi
  : >"$KILL_ARM.done"
  exit 1;;
esac; fi
exec "$KILL_GIT" "$@"
`

/** A `git` for an engine's PATH that kills the engine when, once it is armed, it is started with these words. */
export function killingGit(
  folder: string,
  order: { readonly fate: Fate; readonly words: string; readonly at: number },
): {
  readonly env: Readonly<Record<string, string>>
  /** Resolves when the git that was running is gone as well. */
  readonly settled: () => Promise<void>
} {
  const bin = join(folder, 'killing')
  const arm = join(bin, 'arm')
  rmSync(bin, { recursive: true, force: true })
  mkdirSync(bin)
  writeFileSync(join(bin, 'git'), shim, { mode: 0o755 })
  return {
    env: {
      PATH: `${bin}${delimiter}${process.env.PATH}`,
      KILL_ARM: arm,
      KILL_WORDS: order.words,
      KILL_FATE: order.fate,
      KILL_AFTER: String((delays[Math.floor((order.at * delays.length) / kills)] ?? 0) / 1_000),
      KILL_GIT: execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim(),
    },
    settled: () => appears(`${arm}.done`, bin),
  }
}

/** For the engine's process: from now on the next git with the words kills it. */
export function armKillingGit(): void {
  if (process.env.KILL_ARM !== undefined) writeFileSync(process.env.KILL_ARM, String(process.pid))
}

async function appears(file: string, folder: string): Promise<void> {
  await new Promise<void>((resolve) => {
    const watcher = watch(folder, () => look())
    const look = () => {
      if (!existsSync(file)) return
      watcher.close()
      resolve()
    }
    look()
  })
}

/** Locks that a killed git left below a folder. */
export function locksIn(gitDir: string): readonly string[] {
  return readdirSync(gitDir, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.lock'))
    .map((name) => join(gitDir, name))
}
