import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { createTestGit, createTestRepo } from '../../helpers/repo.ts'

const git = createTestGit()
afterAll(() => git.close())

const each = 25
const helpers = join(import.meta.dirname, '../../helpers')

async function ended(command: string, args: readonly string[], cwd: string): Promise<number | null> {
  const child = spawn(command, args, { cwd, stdio: ['ignore', 'inherit', 'inherit'] })
  const [code] = (await once(child, 'exit')) as [number | null]
  return code
}

test(
  'four windows and four scripts land 25 commits each in one clone and one remote: none is lost, none is forced',
  { timeout: 900_000 },
  async () => {
    const repo = createTestRepo()
    repo.commit('one', { README: 'one\n' })
    repo.push()
    // Every ref that ever moved backwards would show: the remote refuses and the test fails.
    repo.at(repo.remote, 'config', 'receive.denyNonFastForwards', 'true')
    repo.at(repo.remote, 'config', 'core.logAllRefUpdates', 'always')
    // The scripts' git gc works among the writers; one that went on behind them would repack under the fsck below.
    for (const path of [repo.clone, repo.remote]) repo.at(path, 'config', 'gc.autoDetach', 'false')
    const names = ['a', 'b', 'c', 'd']
    const trees = names.map((name) => join(repo.dir, `script-${name}`))
    for (const tree of trees) repo.git('worktree', 'add', '-q', '--detach', tree)
    const writers = names.map((name) =>
      ended(
        process.execPath,
        [join(helpers, 'writer.ts'), repo.clone, join(git.quarantines, name), name, String(each)],
        repo.clone,
      ),
    )
    const scripts = names.map((name, index) =>
      ended('sh', [join(helpers, 'script.sh'), name, String(each)], trees[index] ?? ''),
    )
    expect(await Promise.all([...writers, ...scripts])).toEqual(Array.from({ length: 8 }, () => 0))
    repo.at(repo.clone, 'fetch', '-q')
    const files = repo.git('ls-tree', '-r', '--name-only', 'origin/main').split('\n')
    const wanted = names.flatMap((name) =>
      Array.from({ length: each }, (_, number) => [
        `ours/${name}-${number}.yaml`,
        `theirs/${name}-${number}.yaml`,
      ]),
    )
    expect(files.toSorted()).toEqual(['README', ...wanted.flat()].toSorted())
    // One line of history: every commit has the one before it as its only parent.
    expect(repo.git('rev-list', '--count', 'origin/main')).toBe('201')
    expect(repo.git('rev-list', '--min-parents=2', 'origin/main')).toBe('')
    const moves = repo.at(repo.remote, 'reflog', 'show', '--format=%H', 'main').split('\n').toReversed()
    expect(moves).toEqual(repo.git('rev-list', '--reverse', 'origin/main').split('\n').slice(1))
    expect(repo.git('for-each-ref', 'refs/wheelhouse')).toBe('')
    expect(repo.git('status', '--porcelain')).toBe('')
    expect(repo.fsck()).toBe('')
    for (const tree of trees) repo.git('worktree', 'remove', '--force', tree)
    repo.remove()
  },
)
