import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { CallError } from '#contract'
import type { Blame } from '#contract'
import { createTestGit } from '../../helpers/repo.ts'
import { openBlameScene, told } from './scene.ts'
import type { BlameScene } from './scene.ts'

// Plain manifests, and what git blame meets in real and in hostile clones.

let scene: BlameScene
beforeEach(async () => {
  scene = await openBlameScene()
})
afterEach(() => scene.close())

const config = (a: string, b = 'two') => `apiVersion: v1
kind: ConfigMap
metadata:
  name: first
data:
  a: ${a}
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: second
  annotations: &notes
    owner: team
data:
  a: ${a}
  b: |
    ${b}
    three
  c: '0644'
`

async function plain(): Promise<(object: string, path: string, revision?: string) => Promise<Blame>> {
  const app = await scene.add({ path: 'web', tool: 'plain' })
  return (object, path, revision) => scene.blame(app, object, path, revision)
}

test('a plain manifest: the line in the right document, its commit and its author, without a trial', async () => {
  scene.repo.commit('one', { 'web/c.yaml': config('1x') })
  scene.repo.git('config', 'user.name', 'Bo')
  scene.repo.commit('two', { 'web/c.yaml': config('1x', 'changed') })
  const blame = await plain()
  const first = await blame('ConfigMap/second', '.data.a')
  expect([told(first), first.renders, first.origins[0]?.text]).toEqual([
    ['manifest whole web/c.yaml:15 one'],
    0,
    'a: 1x',
  ])
  const block = await blame('ConfigMap/second', 'data.b')
  expect(told(block)).toEqual(['manifest whole web/c.yaml:16 two'])
  expect(block.origins[0]).toMatchObject({ endLine: 18, commit: { author: { name: 'Bo' } } })
  expect(told(await blame('ConfigMap/second', '.metadata.annotations'))).toEqual([
    'manifest whole web/c.yaml:13 one',
  ])
  // 0644 in quotes is text; the line is found all the same.
  expect(told(await blame('ConfigMap/second', '.data.c'))).toEqual(['manifest whole web/c.yaml:19 one'])
  expect(told(await blame('ConfigMap/second', '.data.b', 'HEAD~1'))).toEqual([
    'manifest whole web/c.yaml:16 one',
  ])
})

test('what is not there is said by its code', async () => {
  scene.repo.commit('one', { 'web/c.yaml': config('1x') })
  const blame = await plain()
  const codes = [
    blame('ConfigMap/none', '.data.a'),
    blame('ConfigMap/first', '.data.none'),
    blame('ConfigMap/first', '.data.a', 'nowhere'),
    blame('ConfigMap/first', '.data.a', '--all'),
  ].map((call) =>
    call.then(
      () => 'fine',
      (error: unknown) => (error instanceof CallError ? error.failure.code : String(error)),
    ),
  )
  expect(await Promise.all(codes)).toEqual(['NOT_FOUND', 'NOT_FOUND', 'COMMIT_MISSING', 'COMMIT_MISSING'])
})

test('a renamed file: the line is blamed to the commit that wrote it, not to the one that moved it', async () => {
  scene.repo.commit('written', { 'web/old.yaml': config('1x') })
  scene.repo.commit('moved', { 'web/old.yaml': null, 'web/new.yaml': config('1x') })
  scene.repo.commit('changed', { 'web/new.yaml': config('1x', 'else') })
  const blame = await plain()
  expect(told(await blame('ConfigMap/first', '.data.a'))).toEqual(['manifest whole web/new.yaml:6 written'])
  expect(told(await blame('ConfigMap/second', '.data.b'))).toEqual(['manifest whole web/new.yaml:16 changed'])
})

test('a shallow clone: what lies before its end is in that commit or earlier', async () => {
  scene.repo.commit('old', { 'web/c.yaml': config('1x') })
  scene.repo.commit('middle', { README: '1\n' })
  scene.repo.commit('new', { 'web/c.yaml': config('1x', 'else') })
  scene.repo.push()
  const shallow = join(scene.repo.dir, 'shallow')
  execFileSync('git', ['clone', '-q', '--depth', '2', `file://${scene.repo.remote}`, shallow])
  const other = await openBlameScene(() => shallow)
  try {
    const app = await other.add({ path: 'web', tool: 'plain' })
    const old = await other.blame(app, 'ConfigMap/first', '.data.a')
    const now = await other.blame(app, 'ConfigMap/second', '.data.b')
    expect([told(old), old.origins[0]?.boundary]).toEqual([['manifest whole web/c.yaml:6 middle'], true])
    expect([told(now), now.origins[0]?.boundary]).toEqual([['manifest whole web/c.yaml:16 new'], undefined])
  } finally {
    await other.close()
  }
})

test('a hostile clone: nothing that it names is run or read, and the answer is the same', async () => {
  const { repo } = scene
  repo.commit('one', { 'web/c.yaml': config('1x') })
  const second = repo.commit('two', { 'web/c.yaml': config('2x') })
  const canary = join(repo.dir, 'canary')
  const program = `sh -c 'touch ${canary}; cat'`
  const pipe = join(repo.dir, 'pipe')
  execFileSync('mkfifo', [pipe])
  mkdirSync(join(repo.clone, '.git/info'), { recursive: true })
  writeFileSync(join(repo.clone, '.git/info/attributes'), '* diff=x filter=x\n')
  writeFileSync(join(repo.clone, '.mailmap'), 'Somebody Else <else@example.com> <ada@example.com>\n')
  const settings: readonly (readonly [string, string])[] = [
    ['diff.x.textconv', program],
    ['diff.x.command', program],
    ['diff.external', program],
    ['filter.x.smudge', program],
    ['core.fsmonitor', program],
    ['core.pager', program],
    // A file that is not there ends git blame, a pipe never ends it; the tip among the ignored ones would move the blame.
    ['blame.ignoreRevsFile', join(repo.dir, 'nowhere')],
    ['blame.ignoreRevsFile', pipe],
    ['blame.markIgnoredLines', 'true'],
    ['blame.coloring', 'highlightRecent'],
    ['blame.date', 'format:evil'],
    ['blame.showRoot', 'false'],
    ['mailmap.file', pipe],
  ]
  for (const [name, text] of settings) repo.git('config', '--add', name, text)
  const before = repo.git('rev-parse', 'HEAD')
  const blame = await plain()
  const found = await blame('ConfigMap/first', '.data.a')
  expect([told(found), found.origins[0]?.commit?.oid, found.origins[0]?.commit?.author.name]).toEqual([
    ['manifest whole web/c.yaml:6 two'],
    second,
    'Ada Operator',
  ])
  expect([existsSync(canary), repo.git('rev-parse', 'HEAD')]).toEqual([false, before])
})

test("the operator's own list of ignored commits is missing in this clone: no failure", async () => {
  execFileSync('git', ['config', '--global', 'blame.ignoreRevsFile', '.git-blame-ignore-revs'])
  try {
    scene.repo.commit('one', { 'web/c.yaml': config('1x') })
    const blame = await plain()
    expect(told(await blame('ConfigMap/first', '.data.a'))).toEqual(['manifest whole web/c.yaml:6 one'])
  } finally {
    execFileSync('git', ['config', '--global', '--unset', 'blame.ignoreRevsFile'])
  }
})

test('a Secret: its line is told, its value is masked, also where the key does not sound like one', async () => {
  scene.repo.commit('one', {
    'web/s.yaml':
      'apiVersion: v1\nkind: Secret\nmetadata: { name: s }\nstringData:\n  colour: hush-blue # hush\n',
  })
  const blame = await plain()
  const found = await blame('Secret/s', '.stringData.colour')
  expect([told(found), found.value, found.origins[0]?.text]).toEqual([
    ['manifest whole web/s.yaml:5 one'],
    '(secret)',
    'colour: (secret)',
  ])
  expect(JSON.stringify(found)).not.toContain('hush')
})

test('a Secret on one line of JSON, and one in base64: nothing before or in the value is shown', async () => {
  const values = {
    first: Buffer.from('hush-one').toString('base64'),
    second: Buffer.from('hush-seconds').toString('base64'),
  }
  const json = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'j' }, data: values }
  const ends = Buffer.from('hush-ends!').toString('base64')
  expect(ends).toMatch(/=$/)
  scene.repo.commit('one', {
    'web/j.json': JSON.stringify(json),
    'web/b.yaml': `apiVersion: v1\nkind: Secret\nmetadata: { name: b }\ndata:\n  pin: ${ends}\n`,
  })
  const blame = await plain()
  const [second, pin] = [await blame('Secret/j', '.data.second'), await blame('Secret/b', '.data.pin')]
  expect([second, pin].map(({ origins }) => origins.map(({ file, text }) => [file, text]))).toEqual([
    [['web/j.json', '(secret)']],
    [['web/b.yaml', 'pin: (secret)']],
  ])
  for (const value of [...Object.values(values), ends])
    expect(JSON.stringify([second, pin])).not.toContain(value)
})

test('a whole object is told line by line, in the order of the file', async () => {
  scene.repo.commit('one', { 'web/c.yaml': config('1x') })
  scene.repo.commit('two', { 'web/c.yaml': config('1x', 'changed') })
  const blame = await plain()
  expect(
    told(await blame('ConfigMap/second', '.')).map((one) => one.replace('manifest whole web/c.yaml:', '')),
  ).toEqual(['8 one', '9 one', '11 one', '13 one', '15 one', '16 two', '19 one'])
})

test.each(['sha1', 'sha256'])(
  'many lines are asked about at once, before anything was asked: %s',
  async (format) => {
    const dir = join(scene.repo.dir, format)
    const git = (...args: readonly string[]) =>
      execFileSync('git', args, { cwd: dir, encoding: 'utf8' }).trim()
    mkdirSync(dir)
    git('init', '-q', '-b', 'main', `--object-format=${format}`)
    git('config', 'user.name', 'Ada')
    git('config', 'user.email', 'ada@example.com')
    const files = Array.from({ length: 12 }, (_, index) => `f${index}`)
    for (const file of files) writeFileSync(join(dir, file), 'a\nb\n')
    git('add', '-A')
    git('commit', '-qm', 'one')
    const oid = git('rev-parse', 'HEAD')
    const room = createTestGit()
    try {
      const repo = await room.open(dir)
      const blamed = await Promise.all(
        files.map((path) => repo.blame({ revision: oid, path, ranges: [{ from: 2, to: 2 }] })),
      )
      expect(blamed).toEqual(files.map(() => [{ line: 2, commit: oid, boundary: false }]))
    } finally {
      room.close()
    }
  },
)
