import { execFileSync } from 'node:child_process'
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createGit } from '../../src/engine/git/index.ts'
import { medianOf, sideBySide } from './row.ts'
import type { Row } from './row.ts'

const refs = 100_000
const runs = 5
const mb = 1024 * 1024

/** A clone with 100,000 packed refs: opened, its branches listed, one followed and one resolved, beside git's own list; and what stays in memory. */
export async function refRows(): Promise<readonly Row[]> {
  const temp = mkdtempSync(join(tmpdir(), 'wheelhouse-bench-'))
  try {
    const clone = withRefs(join(temp, 'clone'))
    const made: { readonly close: () => void }[] = []
    const fresh = () => {
      const git = createGit({
        env: process.env,
        quarantines: join(temp, 'drafts'),
        caches: join(temp, 'caches'),
      })
      made.push(git)
      return git
    }
    const opened = await medianOf(runs, () => fresh().open(clone))
    const repo = await fresh().open(clone)
    const before = held()
    const listed = await sideBySide(
      runs,
      () => repo.branches(),
      () => execFileSync('git', ['for-each-ref', '--format=%(refname)'], { cwd: clone, maxBuffer: 64 * mb }),
    )
    const followed = await medianOf(runs, () => repo.tracked('team-7/branch-777'))
    const resolved = await sideBySide(
      runs,
      () => repo.resolve('team-7/branch-777'),
      () => execFileSync('git', ['rev-parse', 'team-7/branch-777'], { cwd: clone }),
    )
    const after = held()
    for (const git of made) git.close()
    return [
      { name: 'refs-open', ours: opened, unit: 'ms' },
      { name: 'refs-branches', ...listed, against: 'git for-each-ref', unit: 'ms' },
      { name: 'refs-tracked', ours: followed, unit: 'ms' },
      { name: 'refs-resolve', ...resolved, against: 'git rev-parse', unit: 'ms' },
      // What was garbage before may be gone after.
      { name: 'refs-memory', ours: Math.max(0, after - before) / mb, unit: 'MB' },
    ]
  } finally {
    rmSync(temp, { recursive: true, force: true })
  }
}

function withRefs(clone: string): string {
  const git = (...args: readonly string[]) => execFileSync('git', args, { encoding: 'utf8' }).trim()
  git('init', '-q', '-b', 'main', clone)
  const identity = ['-c', 'user.name=Bench', '-c', 'user.email=bench@example.com']
  git('-C', clone, ...identity, 'commit', '-q', '--allow-empty', '-m', 'one')
  const tip = git('-C', clone, 'rev-parse', 'HEAD')
  const names = Array.from({ length: refs }, (_, n) => `refs/heads/team-${n % 100}/branch-${n % 10_007}-${n}`)
  names.push('refs/heads/team-7/branch-777')
  const packed = join(clone, '.git', 'packed-refs')
  writeFileSync(packed, '# pack-refs with: peeled fully-peeled sorted \n')
  appendFileSync(
    packed,
    names
      .toSorted()
      .map((name) => `${tip} ${name}\n`)
      .join(''),
  )
  return clone
}

function held(): number {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
