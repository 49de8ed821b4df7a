import { execFileSync } from 'node:child_process'
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  symlinkSync,
  truncateSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { emptyTree } from '../../../src/engine/git/index.ts'
import type { Repo } from '../../../src/engine/git/index.ts'
import { fingerprint } from '../../hostile/fingerprint.ts'
import { createTestGit, createTestRepo, failureOf } from '../../helpers/repo.ts'
import type { TestRepo } from '../../helpers/repo.ts'

// A machine without git: what is read is what git says, and nothing else is done.

const git = createTestGit()
const none = createTestGit({ gitPath: 'wheelhouse-no-such-git' })
const temp = mkdtempSync(join(tmpdir(), 'wheelhouse-without-'))
afterAll(() => {
  git.close()
  none.close()
  rmSync(temp, { recursive: true, force: true })
})

/** A small linear congruence: the same history in every run. */
function dice(seed: number): (sides: number) => number {
  let state = seed
  return (sides) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return (state >>> 16) % sides
  }
}

const paths = ['app/a.yaml', 'app/deep/b.yaml', 'app-b/c.yaml', 'other/d', 'e.txt']

/** Branches that part and meet again, over a few files; every second one is packed. */
function randomRepo(seed: number): TestRepo {
  const roll = dice(seed)
  const repo = createTestRepo()
  repo.commit('first', { 'app/a.yaml': 'a: 0\n', 'e.txt': '0\n' })
  for (let step = 1; step <= 24; step++) {
    const branch = `side-${roll(3)}`
    const known = repo.git('branch', '--list', branch) !== ''
    if (roll(4) === 0) repo.git('switch', '-q', ...(known ? [] : ['-c']), branch)
    else if (roll(3) === 0) repo.git('switch', '-q', 'main')
    const here = repo.git('branch', '--show-current')
    if (here === 'main' && known && roll(3) === 0) {
      try {
        repo.git('merge', '-q', '--no-ff', '-m', `merge ${step}`, branch)
      } catch {
        repo.git('merge', '--abort')
      }
      continue
    }
    const path = paths[roll(paths.length)] ?? 'e.txt'
    const gone = roll(6) === 0 && path !== 'e.txt' && existsSync(join(repo.clone, path))
    repo.commit(`step ${step}: ${path}`, { [path]: gone ? null : `${step}\n` })
  }
  repo.git('switch', '-q', 'main')
  repo.git('tag', 'light')
  repo.git('tag', '-a', '-m', 'heavy', 'heavy', 'HEAD')
  if (seed % 2 === 0) {
    repo.git('gc', '-q')
    repo.git('pack-refs', '--all')
  }
  return repo
}

async function all<T>(stream: AsyncIterable<T>): Promise<readonly T[]> {
  const items: T[] = []
  for await (const item of stream) items.push(item)
  return items
}

/** Everything that the rooms ask of a clone, as one value. */
async function reading(repo: Repo): Promise<unknown> {
  const tip = await repo.resolve('main')
  const folders = [['app'], ['app', 'other'], ['app/deep'], ['e.txt'], ['nowhere'], ['.']]
  const logs = await Promise.all(
    [undefined, ...folders].flatMap((some) =>
      [true, false].map((firstParent) =>
        all(repo.log({ tip, firstParent, ...(some === undefined ? {} : { paths: some }) })),
      ),
    ),
  )
  const line = await all(repo.log({ tip, firstParent: true }))
  const root = line.at(-1)?.oid ?? tip
  const beside = await Promise.all(
    folders.map(
      async (some) => new Set((await all(repo.logAll({ tip, paths: some, limit: 500 }))).map(toText)),
    ),
  )
  return {
    tip,
    logs: logs.map((log) =>
      log.map(({ committedAt, authoredAt, ...rest }) => ({
        ...rest,
        at: [Date.parse(committedAt), Date.parse(authoredAt)],
      })),
    ),
    beside,
    changed: await Promise.all([
      repo.changed(root, tip),
      repo.changed(emptyTree, tip),
      repo.changed(tip, root, ['app']),
    ]),
    files: await repo.files(root, tip, ['app', 'e.txt']),
    branches: await repo.branches(),
    head: await repo.head(),
    kinds: await repo.kinds(),
    tracked: await repo.tracked('main'),
    messages: await Promise.all(line.map(({ oid }) => repo.message(oid))),
    ancestor: [await repo.isAncestor(root, tip), await repo.isAncestor(tip, root)],
  }
}

function toText({ commit, aside }: { readonly commit: { readonly oid: string }; readonly aside?: unknown }) {
  // Of several branches that have a commit git names the one it walked from last.
  return `${commit.oid} ${aside === undefined ? '' : 'aside'}`
}

test.each([1, 2, 3, 4, 5, 6])('history %i reads as git itself tells it', async (seed) => {
  const repo = randomRepo(seed)
  const before = fingerprint(repo.clone)
  const [one, other] = [await git.open(repo.clone), await none.open(repo.clone)]
  const read = await reading(other)
  expect(fingerprint(repo.clone)).toEqual(before)
  expect(read).toEqual(await reading(one))
  one.close()
  other.close()
  repo.remove()
})

test('revisions are what people write: names, oids, their beginnings, and steps back from them', async () => {
  const repo = randomRepo(2)
  repo.git('remote', 'remove', 'origin')
  repo.git('update-ref', 'refs/remotes/up/main', 'HEAD~2')
  repo.git('symbolic-ref', 'refs/remotes/up/HEAD', 'refs/remotes/up/main')
  const opened = await none.open(repo.clone)
  const tip = repo.git('rev-parse', 'HEAD')
  const merge = repo.git('rev-list', '--merges', '-n', '1', 'HEAD')
  const words = [
    'HEAD',
    '@',
    'main',
    'refs/heads/main',
    'heads/main',
    'light',
    'heavy',
    'tags/heavy',
    'up',
    'up/main',
  ]
  const steps = ['HEAD~', 'HEAD~3', 'main^', 'main^1', 'HEAD^0', 'heavy^{commit}', 'heavy^{}', 'HEAD~1^1~1']
  const merges = merge === '' ? [] : [`${merge}^2`, `${merge}^1`]
  for (const word of [...words, ...steps, ...merges, tip, tip.slice(0, 7), `${tip.slice(0, 12)}~2`])
    expect([word, await opened.resolve(word)]).toEqual([word, repo.git('rev-parse', `${word}^{commit}`)])
  const nothing = [
    'nope',
    '--all',
    'HEAD~999',
    'HEAD^9',
    '',
    '.',
    '../HEAD',
    'main@{1}',
    ':/x',
    'HEAD:app',
    'ffff',
  ]
  for (const word of nothing) expect((await failureOf(opened.resolve(word))).code).toBe('COMMIT_MISSING')
  opened.close()
  repo.remove()
})

test('what writes, uses the network or signs is refused, and the clone stays as it was', async () => {
  const repo = createTestRepo()
  const oid = repo.commit('one', { 'app/a.yaml': 'a: 1\n' })
  repo.push()
  const before = fingerprint(repo.clone)
  const opened = await none.open(repo.clone)
  const order = {
    commit: oid,
    base: oid,
    branch: 'main',
    remote: undefined,
    holdName: 'x',
    onStep: () => Promise.resolve(),
  }
  const calls = [
    () => opened.draft(),
    () => opened.reopen('x'),
    () => opened.landHeld(order),
    () => opened.resume({ ...order, dir: 'x' }),
    () => opened.takeBack({ branch: 'main', commit: oid, parent: oid, holdName: 'x' }),
    () => opened.release('x'),
    () => opened.rehearseFastForward('main', oid),
    () => opened.fetch('origin'),
    () => opened.fill('origin', []),
    () => opened.missing([]),
    () => opened.networkCommands(),
    () => opened.identity(),
    () => opened.signing(),
    () => opened.signatures({ oids: [oid], check: false }),
    () => opened.index(),
    () => opened.proposals.target('main'),
    () => opened.proposals.remoteTip('origin', 'main'),
  ]
  for (const call of calls) {
    const { code, action, retryable } = await failureOf(call())
    expect([code, action, retryable]).toEqual(['GIT_MISSING', 'open-doctor', true])
  }
  expect(fingerprint(repo.clone)).toEqual(before)
  opened.close()
  repo.remove()
})

test('as soon as git is there it is used, and when it goes away reading goes on', async () => {
  const repo = createTestRepo()
  const base = repo.commit('one', { 'app/a.yaml': 'a: 1\n' })
  const path = join(temp, 'later-git')
  const later = createTestGit({ gitPath: path })
  const opened = await later.open(repo.clone)
  expect((await failureOf(opened.draft())).code).toBe('GIT_MISSING')
  symlinkSync(execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim(), path)
  expect(await later.version()).toMatch(/^2\.\d+$/)
  const whole = await later.open(repo.clone)
  const room = await whole.draft()
  await room.discard()
  rmSync(path)
  const error = await failureOf(whole.head())
  expect([error.code, error.retryable]).toEqual(['GIT_MISSING', true])
  expect((await (await later.open(repo.clone)).head()).kind).toBe('branch')
  expect((await (await later.open(repo.clone)).commit(base)).subject).toBe('one')
  later.close()
  repo.remove()
})

describe('clones of other kinds', () => {
  test('bare, linked, shallow and sparse ones read as with git', async () => {
    const repo = randomRepo(4)
    repo.push()
    const at = (name: string) => join(repo.dir, name)
    repo.git('worktree', 'add', '-q', '-b', 'linked', at('linked'))
    repo.at(repo.dir, 'clone', '-q', '--depth', '3', `file://${repo.remote}`, at('shallow'))
    repo.at(repo.dir, 'clone', '-q', '--sparse', repo.remote, at('sparse'))
    repo.at(repo.dir, 'clone', '-q', '--mirror', repo.remote, at('mirror.git'))
    for (const name of ['linked', 'shallow', 'sparse', 'mirror.git']) {
      const [one, other] = [await git.open(at(name)), await none.open(at(name))]
      expect([name, await reading(other)]).toEqual([name, await reading(one)])
      one.close()
      other.close()
    }
    repo.remove()
  })

  test('a submodule is read at the commit that is named where it lies', async () => {
    const repo = createTestRepo()
    const inner = createTestRepo()
    const first = inner.commit('inner', { 'base.yaml': 'b: 1\n' })
    inner.commit('newer', { 'base.yaml': 'b: 2\n' })
    repo.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', inner.clone, 'vendor/inner')
    repo.at(join(repo.clone, 'vendor/inner'), 'checkout', '-q', first)
    const tip = repo.commit('with it', {})
    const opened = await none.open(repo.clone)
    const source = await opened.tree(tip)
    expect(Buffer.from((await source.read('vendor/inner/base.yaml')) ?? []).toString()).toBe('b: 1\n')
    opened.close()
    repo.remove()
    inner.remove()
  })

  test('a partial clone reads what is here, and says of the rest that the remote has it', async () => {
    const repo = createTestRepo()
    const tip = repo.commit('one', { 'app/a.yaml': 'a: 1\n' })
    repo.push()
    repo.at(repo.remote, 'config', 'uploadpack.allowFilter', 'true')
    const path = join(repo.dir, 'partial')
    repo.at(repo.dir, 'clone', '-q', '--no-checkout', '--filter=blob:none', `file://${repo.remote}`, path)
    const opened = await none.open(path)
    expect(await opened.kinds()).toEqual(['partial'])
    const source = await opened.tree(tip)
    expect((await source.list('app'))?.map(({ name }) => name)).toEqual(['a.yaml'])
    expect((await failureOf(source.read('app/a.yaml'))).code).toBe('REPO_OBJECTS_MISSING')
    opened.close()
    repo.remove()
  })

  test.each([
    ['sha256', ['init', '-q', '--object-format=sha256'], []],
    ['reftable', ['init', '-q'], ['config', 'extensions.refStorage', 'reftable']],
  ])('%s is refused, since it would be read wrong', async (name, init, then) => {
    const path = join(temp, name)
    mkdirSync(path)
    execFileSync('git', init, { cwd: path, stdio: 'ignore' })
    if (then.length > 0) execFileSync('git', then, { cwd: path })
    const error = await failureOf(none.open(path))
    expect([error.code, error.action]).toEqual(['REPO_UNSUPPORTED', 'open-doctor'])
  })

  test('one that borrows objects from another is refused: half of it would be missing', async () => {
    const repo = createTestRepo()
    repo.commit('one', { a: '1' })
    const path = join(repo.dir, 'borrows')
    repo.at(repo.dir, 'clone', '-q', '--shared', repo.clone, path)
    expect((await failureOf(none.open(path))).code).toBe('REPO_UNSUPPORTED')
    repo.remove()
  })

  test('more than 300 MB of packs are not loaded into memory', async () => {
    const repo = createTestRepo()
    repo.commit('one', { a: '1' })
    const pack = join(repo.clone, '.git/objects/pack/pack-large.pack')
    closeSync(openSync(pack, 'w'))
    truncateSync(pack, 300 * 1024 * 1024 + 1)
    const error = await failureOf(none.open(repo.clone))
    expect([error.code, error.action, error.data?.bytes]).toEqual([
      'REPO_NEEDS_GIT',
      'open-doctor',
      300 * 1024 * 1024 + 1,
    ])
    truncateSync(pack, 1024)
    expect((await (await none.open(repo.clone)).head()).kind).toBe('branch')
    repo.remove()
  })
})
