import { afterAll, expect, test } from 'vitest'
import type { Resolution } from '#contract'
import { draftRoom } from '../../../src/engine/git/draft-room.ts'
import type { DraftRoom } from '../../../src/engine/git/draft-room.ts'
import { findPlace } from '../../../src/engine/git/place.ts'
import { openQuarantine } from '../../../src/engine/git/quarantine.ts'
import { createRunner, parseVersion } from '../../../src/engine/git/runner.ts'
import { grow, random } from '../../helpers/history.ts'
import { createTestGit, createTestRepo } from '../../helpers/repo.ts'
import type { TestRepo } from '../../helpers/repo.ts'

const git = createTestGit()
const runner = createRunner({ gitPath: 'git', env: process.env })
afterAll(() => git.close())

type Side = 'ours' | 'theirs'
type SideOf = (path: string) => Side

/** What git gives when a conflict is ended by the stages of its own index; what is outside of `paths` goes back to head. */
function decidedByGit(repo: TestRepo) {
  const tree = `${repo.dir}/reference`
  repo.at(repo.dir, 'clone', '-q', repo.clone, tree)
  const run = (...args: readonly string[]) => repo.at(tree, ...args)
  const names = (text: string) => text.split('\0').filter((name) => name !== '')
  return (revert: readonly string[], path: string, sideOf: SideOf) => {
    run('reset', '-q', '--hard', 'origin/main')
    run('clean', '-qfdx')
    const said = (() => {
      try {
        return run(...revert)
      } catch (error) {
        if (run('ls-files', '-u') === '') throw error
        return error instanceof Error && 'stdout' in error ? String(error.stdout) : ''
      }
    })()
    const merged = [...said.matchAll(/^Auto-merging (.*)$/gm)].map(([, name = '']) => name)
    const stages = names(run('ls-files', '-u', '-z', '--', path)).map((line) => {
      const [mode = '', oid = '', stage = ''] = line.slice(0, line.indexOf('\t')).split(' ')
      return { mode, oid, stage, name: line.slice(line.indexOf('\t') + 1) }
    })
    const unmerged = new Set(stages.map(({ name }) => name))
    for (const name of unmerged) {
      const wanted = sideOf(name) === 'ours' ? '2' : '3'
      const entry = stages.find((one) => one.name === name && one.stage === wanted)
      run('update-index', '--force-remove', '--', name)
      if (entry !== undefined)
        run('update-index', '--add', '--cacheinfo', `${entry.mode},${entry.oid},${name}`)
    }
    const touched = names(run('diff', '--cached', '--name-only', '--no-renames', '-z', 'HEAD'))
    const outside = touched.filter((name) => path !== '.' && !name.startsWith(`${path}/`))
    if (outside.length > 0) run('reset', '-q', 'HEAD', '--', ...outside)
    return {
      touched: [...touched, ...merged],
      result: { tree: run('write-tree'), conflicts: [...unmerged].toSorted() },
    }
  }
}

async function decided(
  room: DraftRoom,
  work: { readonly head: string; readonly from: string; readonly to: string; readonly path: string },
  sideOf: SideOf,
) {
  const reversals = [{ from: work.from, to: work.to }]
  const open = await room.undo(work.head, reversals, [work.path])
  const answers = open.conflicts.map(({ path, token }): Resolution => ({ take: sideOf(path), path, token }))
  const done = await room.undo(work.head, reversals, [work.path], answers)
  expect(done.conflicts).toEqual([])
  return { tree: done.tree, conflicts: open.conflicts.map(({ path }) => path).toSorted() }
}

test(
  'random undos, 150 of them, merges against each parent, with each conflict decided by a side, end in the tree of git',
  { timeout: 240_000 },
  async () => {
    const next = random(20261124)
    let cases = 0
    let conflicts = 0
    let merges = 0
    let astray = 0
    for (let round = 0; round < 5; round++) {
      const repo = createTestRepo()
      const history = grow(repo, next, 24)
      const head = history.at(-1) ?? ''
      const byGit = decidedByGit(repo)
      const place = await findPlace(runner, repo.clone)
      const rooms = [parseVersion(repo.git('version')), [2, 34] as const].map(async (version) =>
        draftRoom(runner, place, { quarantine: await openQuarantine(place, git.quarantines), version }),
      )
      const opened = await Promise.all(rooms)
      for (let i = 0; i < 15; i++) {
        const to = history[1 + next(history.length - 1)] ?? ''
        const parents = repo.git('rev-list', '--parents', '-n1', to).split(' ').slice(1)
        const at = next(parents.length)
        if (parents.length > 1) merges++
        const path = ['app', '.', 'other'][next(3)] ?? '.'
        const turn = next(2)
        const sideOf: SideOf = (name) => ((name.length + turn) % 2 === 0 ? 'ours' : 'theirs')
        const mainline = parents.length > 1 ? ['-m', String(at + 1)] : []
        const { result: theirs, touched } = byGit(
          ['revert', '-n', ...mainline, '-Xno-renames', to],
          path,
          sideOf,
        )
        // Before 2.50 git follows a rename here and there in spite of -Xno-renames, into a file that the commit never touched.
        const own = repo.git('diff-tree', '-r', '--no-renames', '--name-only', '-z', parents[at] ?? '', to)
        if (touched.some((name) => !own.split('\0').includes(name))) {
          astray++
          continue
        }
        for (const room of opened) {
          const ours = await decided(room, { head, from: parents[at] ?? '', to, path }, sideOf)
          expect(ours, JSON.stringify({ to, path, at, round })).toEqual(theirs)
          cases++
        }
        if (theirs.conflicts.length > 0) conflicts++
      }
      for (const room of opened) await room.discard()
      expect(repo.fsck()).toBe('')
      expect(repo.git('status', '--porcelain')).toBe('')
      repo.remove()
    }
    expect(cases).toBe(150 - 2 * astray)
    expect(astray).toBeLessThan(8)
    // Without both kinds the comparison says little.
    expect(conflicts).toBeGreaterThan(10)
    expect(merges).toBeGreaterThan(2)
  },
)
