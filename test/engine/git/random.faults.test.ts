import { mkdtempSync, readFileSync, realpathSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { createDemoRepository } from '../../../src/demo/repository.ts'
import { draftRoom } from '../../../src/engine/git/draft-room.ts'
import type { DraftRoom } from '../../../src/engine/git/draft-room.ts'
import { emptyTree } from '../../../src/engine/git/index.ts'
import type { Repo } from '../../../src/engine/git/index.ts'
import { findPlace } from '../../../src/engine/git/place.ts'
import type { Place } from '../../../src/engine/git/place.ts'
import { openQuarantine } from '../../../src/engine/git/quarantine.ts'
import { createRunner } from '../../../src/engine/git/runner.ts'
import { answersOfGit } from '../../helpers/git-answers.ts'
import type { AskGit } from '../../helpers/git-answers.ts'
import { grow, random } from '../../helpers/history.ts'
import { adoptTestRepo, createTestGit, createTestRepo } from '../../helpers/repo.ts'
import type { TestRepo } from '../../helpers/repo.ts'
import { usersFiles } from '../../helpers/users-files.ts'

// Each case is answered by three: git itself in a clone of its own, our draft with this git's abilities, and our draft as before git 2.38
// (no `merge-tree --write-tree`). Then it lands under a user with staged, changed and new files. For other versions of git see vitest.config.ts.

const git = createTestGit()
const runner = createRunner({ gitPath: 'git', env: process.env })
afterAll(() => git.close())

const kinds = ['one', 'several', 'range', 'merge', 'return', 'part'] as const
type Kind = (typeof kinds)[number]
type Scene = {
  readonly repo: TestRepo
  readonly opened: Repo
  readonly ask: AskGit
  /** Commits of `main` by the first parent, oldest first; grows as cases land. */
  readonly history: string[]
  readonly folders: readonly (readonly string[])[]
  readonly place: Place
  readonly parentsOf: (oid: string) => readonly string[]
}
type Case = {
  readonly kind: Kind
  readonly commands: readonly (readonly string[])[]
  readonly paths: readonly string[]
  /** The changes that are taken back, or the commit that is returned to. */
  readonly what: { readonly reversals: readonly { from: string; to: string }[] } | { readonly target: string }
}
type Tally = Record<Kind | 'conflict' | 'nothing' | 'landed' | 'astray', number>

/** Cases in all; a sixth of them in each of five generated repositories, the rest in the demo's. */
const cases = Number(process.env.WHEELHOUSE_CASES ?? 300)
const all = ['.']
const next = random(20261129)
const pick = <T>(list: readonly T[]): T => list[next(list.length)] as T

test(
  `${cases} random cases (undo of one, several, a range, a merge, a part; return) give the tree of git or its conflict, and land beside what the user has`,
  { timeout: 1_800_000 },
  async () => {
    const tally: Tally = {
      one: 0,
      several: 0,
      range: 0,
      merge: 0,
      return: 0,
      part: 0,
      conflict: 0,
      nothing: 0,
      landed: 0,
      astray: 0,
    }
    const share = Math.floor(cases / 6)
    for (const [scene, wanted] of [
      ...Array.from({ length: 5 }, () => [() => generated(), share] as const),
      [() => demo(), cases - 5 * share] as const,
    ]) {
      const opened = await scene()
      for (let done = 0; done < wanted;) if (await compare(opened, tally)) done++
      opened.opened.close()
      opened.repo.remove()
    }
    const compared = kinds.map((kind) => tally[kind])
    expect(compared.reduce((sum, count) => sum + count, 0)).toBe(cases)
    console.info(`random cases with ${git0()}: ${JSON.stringify(tally)}`)
    // Every kind of case and of answer, or the comparison says little.
    expect(Math.min(...compared)).toBeGreaterThan(cases / 15)
    expect(tally.conflict).toBeGreaterThan(cases / 10)
    expect(tally.landed).toBeGreaterThan(cases / 4)
    expect(tally.astray).toBeLessThan(cases / 12)
  },
)

async function generated(): Promise<Scene> {
  const repo = createTestRepo()
  const history = [...grow(repo, next, 24)]
  const folders = [['app'], ['app/base', 'other'], ['app/prod', 'README'], ['README']]
  return openScene(repo, history, folders)
}

async function demo(): Promise<Scene> {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), 'wheelhouse-repo-')))
  const { clone, remote, commits } = await createDemoRepository(dir, '2026-11-28T09:00:00Z')
  const repo = adoptTestRepo({ dir, clone, remote })
  // It has no merge of its own, and a team has some.
  const oids = [...commits]
  for (const name of ['a', 'b', 'c']) {
    repo.git('switch', '-q', '-c', `side-${name}`)
    const file = pick(repo.git('ls-files', 'apps').split('\n'))
    repo.commit(`side ${name}`, { [file]: `${readFileSync(join(clone, file), 'utf8')}# ${name}\n` })
    repo.git('switch', '-q', 'main')
    repo.git('merge', '-q', '--no-ff', '-m', `merge ${name}`, `side-${name}`)
    oids.push(repo.git('rev-parse', 'HEAD'))
  }
  const apps = [
    ...new Set(
      repo
        .git('ls-files')
        .split('\n')
        .map((file) => file.split('/').slice(0, 2).join('/')),
    ),
  ]
  return openScene(repo, oids, [...apps.map((app) => [app]), ['apps']])
}

async function openScene(repo: TestRepo, history: string[], folders: Scene['folders']): Promise<Scene> {
  repo.push()
  repo.git('config', 'core.logAllRefUpdates', 'true')
  repo.write({ 'mine/staged.txt': 'staged\n', 'mine/both.txt': 'staged\n' })
  repo.git('add', 'mine')
  repo.write({ 'mine/both.txt': 'changed since\n', 'mine/new.txt': 'untracked\n' })
  const known = new Map<string, readonly string[]>()
  const parentsOf = (oid: string) => {
    const parents = known.get(oid) ?? repo.git('rev-list', '--parents', '-n1', oid).split(' ').slice(1)
    known.set(oid, parents)
    return parents
  }
  return {
    repo,
    history,
    folders,
    parentsOf,
    opened: await git.open(repo.clone),
    ask: answersOfGit(repo),
    place: await findPlace(runner, repo.clone),
  }
}

function draw({ repo, history, folders, parentsOf }: Scene): Case {
  const kind = pick(kinds)
  const undone = (oid: string, mainline = 1) => {
    const parents = parentsOf(oid)
    const option = parents.length > 1 ? ['-m', String(mainline)] : []
    return {
      reversal: { from: parents[mainline - 1] ?? emptyTree, to: oid },
      command: ['revert', '-n', ...option, '-Xno-renames', oid],
    }
  }
  const of = (oids: readonly string[], paths: readonly string[], mainline = 1): Case => {
    const done = oids.map((oid) => undone(oid, mainline))
    return {
      kind,
      paths,
      commands: done.map(({ command }) => command),
      what: { reversals: done.map(({ reversal }) => reversal) },
    }
  }
  const later = history.slice(1)
  switch (kind) {
    case 'one':
      return of([pick(later)], all)
    case 'several': {
      const places = new Set(Array.from({ length: 2 + next(2) }, () => next(later.length)))
      return of(
        [...places].toSorted((a, b) => b - a).map((place) => later[place] ?? ''),
        all,
      )
    }
    case 'merge': {
      const merges = later.filter((oid) => parentsOf(oid).length > 1)
      return of([pick(merges)], pick([all, ...folders]), 1 + next(2))
    }
    case 'part': {
      const oid = pick(later)
      const files = repo
        .git('diff-tree', '-r', '-z', '--no-renames', '--name-only', `${oid}^1`, oid)
        .split('\0')
      return of([oid], pick([[pick(files.filter(Boolean))], pick(folders), pick(folders)]))
    }
    case 'range': {
      const from = next(history.length - 1)
      const to = from + 1 + next(Math.min(8, history.length - 1 - from))
      const ends = { from: history[from] ?? '', to: history[to] ?? '' }
      // A range is its net change: to git, the revert of one commit that makes it.
      const net = repo.git('commit-tree', '-m', 'net', '-p', ends.from, `${ends.to}^{tree}`)
      return { ...of([net], pick([all, ...folders])), what: { reversals: [ends] } }
    }
    case 'return': {
      const target = pick(history)
      const wanted = pick(folders)
      const head = history.at(-1) ?? ''
      // `restore` refuses a path that neither side knows; ours has nothing to do there.
      const known = wanted.filter(
        (path) => repo.git('ls-tree', '-r', head, path) + repo.git('ls-tree', '-r', target, path),
      )
      const restore = ['restore', `--source=${target}`, '--staged', '--worktree', '--', ...known]
      return { kind, paths: wanted, commands: known.length === 0 ? [] : [restore], what: { target } }
    }
  }
}

/** One case; `false` where git went astray, which says nothing about us. */
async function compare(scene: Scene, tally: Tally): Promise<boolean> {
  const { repo, opened, ask, history, place } = scene
  const head = history.at(-1) ?? ''
  const drawn = draw(scene)
  const { kind, paths, commands, what } = drawn
  const own = new Set(
    'target' in what
      ? repo.git('diff-tree', '-r', '-z', '--name-only', '--no-renames', head, what.target).split('\0')
      : what.reversals.flatMap(({ from, to }) =>
          repo.git('diff-tree', '-r', '-z', '--name-only', '--no-renames', from, to).split('\0'),
        ),
  )
  const targets = 'target' in what ? [what.target] : what.reversals.map(({ from }) => from)
  const wanted = ask(commands, { head, paths, own, targets })
  // Before 2.50 git follows a rename here and there in spite of -Xno-renames.
  if (wanted.astray) {
    tally.astray++
    return false
  }
  const before = usersFiles(repo)
  const old = draftRoom(runner, place, {
    quarantine: await openQuarantine(place, git.quarantines),
    version: [2, 34],
  })
  const room = await opened.draft()
  const answers = await Promise.all([room, old].map((one) => answer(one, head, drawn)))
  expect(answers, JSON.stringify({ kind, paths, what })).toEqual([wanted.answer, wanted.answer])
  await old.discard()
  expect(usersFiles(repo)).toEqual(before)
  tally[kind]++
  if (wanted.answer === 'conflict') tally.conflict++
  else if (wanted.answer === repo.git('rev-parse', `${head}^{tree}`)) tally.nothing++
  else await land(scene, room, { head, tree: wanted.answer, local: tally.landed++ % 2 === 0 })
  await room.discard()
  expect([repo.fsck(), repo.at(repo.remote, 'fsck', '--strict', '--no-dangling', '--no-progress')]).toEqual([
    '',
    '',
  ])
  return true
}

async function answer(room: DraftRoom, head: string, { what, paths }: Case): Promise<string> {
  if ('target' in what) return room.returnTo(head, what.target, paths)
  const { tree, conflicts } = await room.undo(head, what.reversals, paths)
  return conflicts.length > 0 ? 'conflict' : tree
}

/** By push or on the branch alone: a fast-forward, and every file that it does not touch stays what it was. */
async function land(
  { repo, opened, history }: Scene,
  room: DraftRoom,
  { head, tree, local }: { readonly head: string; readonly tree: string; readonly local: boolean },
): Promise<void> {
  const before = { ...usersFiles(repo), status: repo.git('status', '--porcelain'), staged: staged(repo) }
  const made = await room.commit(tree, head, { subject: 'Go back', body: '', trailers: [] })
  const remote = { name: 'origin', branch: 'main', ref: 'refs/remotes/origin/main' }
  const onStep = () => Promise.resolve()
  const order = {
    commit: made.oid,
    base: head,
    branch: 'main',
    remote: local ? undefined : remote,
    holdName: 'draft-1',
    onStep,
  }
  await room.store(order)
  expect((await opened.landHeld(order)).done).toBe(true)
  expect([repo.git('rev-parse', 'main'), repo.git('rev-parse', 'main^')]).toEqual([made.oid, head])
  expect(repo.remoteTip()).toBe(local ? head : made.oid)
  expect({ status: repo.git('status', '--porcelain'), staged: staged(repo) }).toEqual({
    status: before.status,
    staged: before.staged,
  })
  const after = usersFiles(repo).files
  const touched = new Set(
    repo.git('diff-tree', '-r', '-z', '--name-only', '--no-renames', head, made.oid).split('\0'),
  )
  const rest = (files: ReadonlyMap<string, string>) =>
    Object.fromEntries([...files].filter(([path]) => !touched.has(path)))
  expect(rest(after)).toEqual(rest(before.files))
  if (local) repo.git('push', '-q', 'origin', 'main')
  history.push(made.oid)
}

/** What the user staged, by mode, object and name. */
function staged(repo: TestRepo): string {
  return repo.git('diff-index', '--cached', '--no-renames', 'HEAD')
}

test('undoing the first commit of all takes its files away', async () => {
  const repo = createTestRepo()
  const first = repo.commit('one', { 'app/a.yaml': 'a: 1\n' })
  const head = repo.commit('two', { 'other/b.yaml': 'b: 1\n' })
  const place = await findPlace(runner, repo.clone)
  const quarantine = await openQuarantine(place, git.quarantines)
  const room = draftRoom(runner, place, { quarantine, version: [2, 34] })
  const undone = await room.undo(head, [{ from: emptyTree, to: first }], ['app'])
  expect(undone.changed).toEqual(['app/a.yaml'])
  expect(repo.git('ls-tree', '-r', '--name-only', head)).toBe('app/a.yaml\nother/b.yaml')
  expect((await room.tree(undone.tree).list('.'))?.map(({ name }) => name)).toEqual(['other'])
  await room.discard()
  repo.remove()
})

function git0(): string {
  const repo = createTestRepo()
  try {
    return repo.git('version')
  } finally {
    repo.remove()
  }
}
