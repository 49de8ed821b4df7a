import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { AppError } from '#contract'
import { createGit } from '../../../src/engine/git/index.ts'
import type { Git } from '../../../src/engine/git/index.ts'
import { createTestRepo } from '../../helpers/repo.ts'
import type { TestRepo } from '../../helpers/repo.ts'

const temp = mkdtempSync(join(tmpdir(), 'wheelhouse-rollback-'))
const git: Git = createGit({ env: process.env, quarantines: join(temp, 'drafts') })
afterAll(() => {
  git.close()
  rmSync(temp, { recursive: true, force: true })
})

/** mulberry32: the same cases on every machine. */
function random(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) % below
  }
}

const files = [
  'app/base/web.yaml',
  'app/base/db.yaml',
  'app/prod/k.yaml',
  'app/odd name é.yaml',
  'other/x.yaml',
  'README',
]

/** A history of edits, moves of lines, removals and additions over a few files. */
function grow(repo: TestRepo, next: (below: number) => number, commits: number): readonly string[] {
  const state = new Map<string, string[]>()
  const oids: string[] = []
  for (let i = 0; i < commits; i++) {
    const changes: Record<string, string | null> = {}
    for (let n = 0; n <= next(2); n++) {
      const file = files[next(files.length)] ?? 'README'
      const lines = state.get(file) ?? Array.from({ length: 12 }, (_, line) => `line ${line}: 0`)
      if (state.has(file) && next(12) === 0) {
        state.delete(file)
        changes[file] = null
        continue
      }
      lines[next(lines.length)] = `line: ${i}`
      if (next(4) === 0) lines.splice(next(lines.length), 0, `added ${i}`)
      state.set(file, lines)
      changes[file] = `${lines.join('\n')}\n`
    }
    oids.push(repo.commit(`change ${i}`, changes))
  }
  return oids
}

/** What git itself gives in a work tree of its own, or its conflict. */
function reference(
  repo: TestRepo,
  commands: readonly (readonly string[])[],
  paths: readonly string[],
): string {
  const tree = join(repo.dir, 'reference')
  rmSync(tree, { recursive: true, force: true })
  execFileSync('git', ['clone', '-q', repo.clone, tree])
  const run = (args: readonly string[]) =>
    execFileSync('git', args, { cwd: tree, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  try {
    for (const command of commands) run(command)
  } catch {
    const unmerged = run(['ls-files', '-u', '--', ...paths])
    if (unmerged !== '') return 'conflict'
  }
  // Only the app's paths count: everything else goes back to head.
  const whole = run(['diff', '--cached', '--name-only', '-z', 'HEAD'])
  for (const path of whole
    .split('\0')
    .filter((name) => name !== '' && !paths.some((p) => name === p || name.startsWith(`${p}/`)))) {
    run(['reset', '-q', 'HEAD', '--', path])
  }
  return run(['write-tree']).trim()
}

test(
  '100 random undo and return cases end in the tree that git gives, or in its conflict',
  { timeout: 120_000 },
  async () => {
    const next = random(20261123)
    let conflicts = 0
    for (let round = 0; round < 5; round++) {
      const repo = createTestRepo()
      const oids = grow(repo, next, 24)
      const opened = await git.open(repo.clone)
      const head = oids.at(-1) ?? ''
      for (let i = 0; i < 20; i++) {
        const paths = i % 4 === 0 ? ['app'] : i % 4 === 1 ? ['app/base', 'other'] : ['app', 'other', 'README']
        const target = oids[1 + next(oids.length - 2)] ?? ''
        const draft = await opened.draft()
        if (i % 2 === 0) {
          const ours = await draft.returnTo(head, target, paths)
          const known = paths.filter(
            (path) =>
              repo.git('ls-tree', '--name-only', head, '--', path) +
                repo.git('ls-tree', '--name-only', target, '--', path) !==
              '',
          )
          expect(ours).toBe(
            reference(
              repo,
              [['restore', `--source=${target}`, '--staged', '--worktree', '--', ...known]],
              paths,
            ),
          )
        } else {
          const ours = await draft.undo(
            head,
            [{ from: (await opened.commit(target)).parents[0] ?? '', to: target }],
            paths,
          )
          const theirs = reference(repo, [['revert', '-n', '-Xno-renames', target]], paths)
          if (ours.conflicts.length > 0) conflicts++
          expect(
            ours.conflicts.length > 0 ? 'conflict' : ours.tree,
            `undo of ${target} in ${repo.clone}`,
          ).toBe(theirs)
        }
        await draft.discard()
      }
      expect(repo.fsck()).toBe('')
      expect(repo.git('status', '--porcelain')).toBe('')
      opened.close()
      repo.remove()
    }
    // The corpus must contain both kinds of answers, or the comparison says little.
    expect(conflicts).toBeGreaterThan(3)
  },
)

test('a draft leaves the clone byte for byte as it was until it is stored', async () => {
  const repo = createTestRepo()
  const [first = ''] = grow(repo, random(7), 6)
  const objects = () => repo.git('count-objects', '-v')
  const before = objects()
  const opened = await git.open(repo.clone)
  const draft = await opened.draft()
  const tree = await draft.returnTo(repo.git('rev-parse', 'HEAD'), first, ['app', 'other', 'README'])
  const made = await draft.commit(tree, repo.git('rev-parse', 'HEAD'), {
    subject: 'Return',
    body: '',
    trailers: ['Wheelhouse-Action: return'],
  })
  expect(objects()).toBe(before)
  expect(() => repo.git('cat-file', '-t', made.oid)).toThrow()
  await draft.discard()
  opened.close()
  repo.remove()
})

test('pushing is a compare-and-swap: a remote that moved refuses with PUSH_REJECTED and keeps its commit', async () => {
  const repo = createTestRepo()
  const base = repo.commit('one', { 'app/a.yaml': 'a: 1\n' })
  repo.push()
  const opened = await git.open(repo.clone)
  const draft = await opened.draft()
  const tree = await draft.edit(base, [{ path: 'app/a.yaml', bytes: Buffer.from('a: 2\n') }])
  const made = await draft.commit(tree, base, { subject: 'two', body: '', trailers: [] })
  const other = repo.commit('theirs', { 'app/a.yaml': 'a: 3\n' })
  repo.push()
  repo.git('reset', '-q', '--hard', base)
  const request = {
    commit: made.oid,
    base,
    branch: 'main',
    remote: { name: 'origin', branch: 'main', ref: 'refs/remotes/origin/main' },
    holdName: 'd1',
    onStep: () => Promise.resolve(),
  }
  await draft.store(request)
  const error = await opened.landHeld(request).catch((caught: unknown) => caught)
  expect(error).toBeInstanceOf(AppError)
  expect((error as AppError).code).toBe('PUSH_REJECTED')
  expect(repo.git('ls-remote', 'origin', 'refs/heads/main').slice(0, 40)).toBe(other)
  opened.close()
  repo.remove()
})

test('after a push the local branch follows, and files with changes of the user stay byte for byte', async () => {
  const repo = createTestRepo()
  const base = repo.commit('one', { 'app/a.yaml': 'a: 1\n', 'notes.txt': 'mine\n' })
  repo.push()
  repo.write({ 'notes.txt': 'mine, changed\n', 'untracked.txt': 'new\n' })
  const opened = await git.open(repo.clone)
  const draft = await opened.draft()
  const tree = await draft.edit(base, [{ path: 'app/a.yaml', bytes: Buffer.from('a: 2\n') }])
  const made = await draft.commit(tree, base, {
    subject: 'two',
    body: 'Body.',
    trailers: ['Wheelhouse-App: a'],
  })
  const steps: string[] = []
  const request = {
    commit: made.oid,
    base,
    branch: 'main',
    remote: { name: 'origin', branch: 'main', ref: 'refs/remotes/origin/main' },
    holdName: 'd2',
    onStep: (step: string) => {
      steps.push(step)
      return Promise.resolve()
    },
  }
  await draft.store(request)
  const followed = await opened.landHeld(request)
  expect(followed.done).toBe(true)
  expect(steps).toEqual(['store', 'hold', 'push', 'fast-forward', 'release'])
  expect(repo.git('rev-parse', 'HEAD')).toBe(made.oid)
  expect(repo.git('status', '--porcelain')).toBe(' M notes.txt\n?? untracked.txt')
  expect(repo.git('log', '-1', '--format=%(trailers)')).toContain('Wheelhouse-App: a')
  expect(repo.git('for-each-ref', 'refs/wheelhouse')).toBe('')
  expect(repo.fsck()).toBe('')
  opened.close()
  repo.remove()
})
