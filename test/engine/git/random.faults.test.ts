import { afterAll, expect, test } from 'vitest'
import { draftRoom } from '../../../src/engine/git/draft-room.ts'
import type { DraftRoom } from '../../../src/engine/git/draft-room.ts'
import { emptyTree } from '../../../src/engine/git/index.ts'
import { findPlace } from '../../../src/engine/git/place.ts'
import { openQuarantine } from '../../../src/engine/git/quarantine.ts'
import { createRunner, parseVersion } from '../../../src/engine/git/runner.ts'
import { createTestGit, createTestRepo } from '../../helpers/repo.ts'
import { grow, random } from '../../helpers/history.ts'
import type { TestRepo } from '../../helpers/repo.ts'

// Only its quarantine folder is used: the rooms are made for two versions of git, with and without `merge-tree --write-tree`.
const git = createTestGit()
const runner = createRunner({ gitPath: 'git', env: process.env })
afterAll(() => git.close())

async function openRoom(repo: TestRepo, version: readonly [number, number]): Promise<DraftRoom> {
  const place = await findPlace(runner, repo.clone)
  return draftRoom(runner, place, { quarantine: await openQuarantine(place, git.quarantines), version })
}

type Reference = (commands: readonly (readonly string[])[], paths: readonly string[]) => string

/** What git itself gives in a work tree of its own, or its conflict. Only the app's paths count: everything else goes back to head. */
function referenceOf(repo: TestRepo): Reference {
  const tree = `${repo.dir}/reference`
  repo.at(repo.dir, 'clone', '-q', repo.clone, tree)
  const run = (...args: readonly string[]) => repo.at(tree, ...args)
  return (commands, paths) => {
    run('reset', '-q', '--hard', 'origin/main')
    run('clean', '-qfdx')
    try {
      for (const command of commands) run(...command)
    } catch {
      if (run('ls-files', '-u', '--', ...paths) !== '') return 'conflict'
    }
    const inside = (name: string) => paths.some((path) => name === path || name.startsWith(`${path}/`))
    const whole = run('diff', '--cached', '--name-only', '--no-renames', '-z', 'HEAD').split('\0')
    const outside = whole.filter((name) => name !== '' && !inside(name))
    if (outside.length > 0) run('reset', '-q', 'HEAD', '--', ...outside)
    return run('write-tree')
  }
}

const everything = ['app', 'other', 'README'] as const
const choices = [['app'], ['app/base', 'other'], everything, ['app/prod', 'README']] as const

test(
  '190 random returns and undos end in the tree that git gives, or in its conflict',
  { timeout: 600_000 },
  async () => {
    const next = random(20261123)
    const version = parseVersion(repo0Version())
    let conflicts = 0
    let cases = 0
    for (let round = 0; round < 7; round++) {
      const repo = createTestRepo()
      const history = grow(repo, next, 24)
      const head = history.at(-1) ?? ''
      const reference = referenceOf(repo)
      const rooms = [await openRoom(repo, version), await openRoom(repo, [2, 34])] as const
      const parentOf = (oid: string) => repo.git('rev-parse', '--verify', `${oid}^1`)
      const revert = (oid: string) => {
        const merge = repo.git('rev-list', '--parents', '-n1', oid).split(' ').length > 2
        return ['revert', '-n', ...(merge ? ['-m', '1'] : []), '-Xno-renames', oid]
      }
      const compare = async (
        reversals: Parameters<DraftRoom['undo']>[1],
        paths: readonly string[],
        theirs: string,
      ) => {
        for (const room of rooms) {
          const ours = await room.undo(head, reversals, paths)
          if (ours.conflicts.length > 0) conflicts++
          expect(
            ours.conflicts.length > 0 ? 'conflict' : ours.tree,
            JSON.stringify({ reversals, paths }),
          ).toBe(theirs)
          cases++
        }
      }
      for (let i = 0; i < 6; i++) {
        const paths = choices[next(choices.length)] ?? everything
        const target = history[next(history.length)] ?? ''
        // `restore` refuses a path that neither side knows; ours has nothing to do there.
        const known = paths.filter(
          (path) => repo.git('ls-tree', '-r', head, path) + repo.git('ls-tree', '-r', target, path),
        )
        const theirs = reference(
          [['restore', `--source=${target}`, '--staged', '--worktree', '--', ...known]],
          paths,
        )
        expect(await rooms[0].returnTo(head, target, paths), `return to ${target}`).toBe(theirs)
        cases++
      }
      for (let i = 0; i < 8; i++) {
        const paths = choices[next(choices.length)] ?? everything
        const target = history[1 + next(history.length - 1)] ?? ''
        await compare([{ from: parentOf(target), to: target }], paths, reference([revert(target)], paths))
      }
      // Several commits, newest first.
      for (let i = 0; i < 2; i++) {
        const newer = 2 + next(history.length - 2)
        const chosen = [history[newer] ?? '', history[1 + next(newer - 1)] ?? '']
        const reversals = chosen.map((oid) => ({ from: parentOf(oid), to: oid }))
        await compare(reversals, everything, reference(chosen.map(revert), everything))
      }
      // A range is its net change: to git, the revert of one commit that makes it.
      const from = history[6] ?? ''
      const to = history[12 + next(8)] ?? ''
      const net = repo.git('commit-tree', '-m', 'net', '-p', from, `${to}^{tree}`)
      repo.git('update-ref', 'refs/heads/net', net)
      repo.at(`${repo.dir}/reference`, 'fetch', '-q', 'origin', 'net')
      await compare([{ from, to }], everything, reference([revert(net)], everything))
      for (const room of rooms) await room.discard()
      expect(repo.fsck()).toBe('')
      expect(repo.git('status', '--porcelain')).toBe('')
      repo.remove()
    }
    expect(cases).toBeGreaterThanOrEqual(190)
    // The corpus must contain both kinds of answers, or the comparison says little.
    expect(conflicts).toBeGreaterThan(10)
    expect(conflicts).toBeLessThan(cases / 2)
  },
)

test('undoing the first commit of all takes its files away', async () => {
  const repo = createTestRepo()
  const first = repo.commit('one', { 'app/a.yaml': 'a: 1\n' })
  const head = repo.commit('two', { 'other/b.yaml': 'b: 1\n' })
  const room = await openRoom(repo, [2, 34])
  const undone = await room.undo(head, [{ from: emptyTree, to: first }], ['app'])
  expect(undone.changed).toEqual(['app/a.yaml'])
  expect(repo.git('ls-tree', '-r', '--name-only', head)).toBe('app/a.yaml\nother/b.yaml')
  expect((await room.tree(undone.tree).list('.'))?.map(({ name }) => name)).toEqual(['other'])
  await room.discard()
  repo.remove()
})

function repo0Version(): string {
  const repo = createTestRepo()
  try {
    return repo.git('version')
  } finally {
    repo.remove()
  }
}
