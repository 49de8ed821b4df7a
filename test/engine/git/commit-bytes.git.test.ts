import { execFileSync } from 'node:child_process'
import { afterAll, expect, test } from 'vitest'
import { commitFormat, parseCommit, parseCommitBytes } from '../../../src/engine/git/commit.ts'
import { createTestRepo } from '../../helpers/repo.ts'

const repo = createTestRepo()
afterAll(() => repo.remove())

const ada = 'Ada L <ada@example.com> 1700000000 +0000'
type Odd = {
  readonly message: string | Uint8Array
  readonly author?: string
  readonly committer?: string
  readonly header?: string
}

/** A commit of exactly these bytes, as another tool may have written it. */
function written({ message, author = ada, committer = ada, header = '' }: Odd) {
  const tree = repo.git('hash-object', '-t', 'tree', '-w', '/dev/null')
  const head = `tree ${tree}\nparent ${'1'.repeat(40)}\nauthor ${author}\ncommitter ${committer}\n${header}\n`
  const bytes = Buffer.concat([Buffer.from(head), Buffer.from(message)])
  const oid = execFileSync('git', ['hash-object', '-t', 'commit', '-w', '--stdin', '--literally'], {
    cwd: repo.clone,
    input: bytes,
    encoding: 'utf8',
  }).trim()
  return { bytes, oid }
}

function asGitSays(oid: string) {
  const { authoredAt, committedAt, ...rest } = parseCommit(
    repo.git('log', '--no-walk', `--format=${commitFormat}`, oid, '--'),
  )
  return { ...rest, at: [Date.parse(authoredAt), Date.parse(committedAt)] }
}

function asWeSay(oid: string, bytes: Uint8Array) {
  const commit = parseCommitBytes(oid, bytes)
  if (commit === undefined) return undefined
  const { authoredAt, committedAt, ...rest } = commit
  return { ...rest, at: [Date.parse(authoredAt), Date.parse(committedAt)] }
}

test.each<[string, Odd]>([
  ['plain', { message: 'one\n\nbody\n' }],
  ['a subject of two lines', { message: 'one \ntwo\t\n \nbody' }],
  ['blank lines first', { message: '\n  \n\n  one\nbody\n' }],
  ['no message', { message: '' }],
  ['blanks alone', { message: ' \n\t\n' }],
  ['a line break of Windows', { message: 'one\r\n\r\nbody\r\n' }],
  ['words of another script, and a space that C does not know', { message: 'Grüße\u00a0\n日本\n' }],
  ['terminal escapes', { message: 'a \u001b[31mred\u001b[0m\u0007 word\u001f and more\n' }],
  [
    'a zone with minutes, and one to the west',
    { message: 'a', author: 'A <a@b> 1700000000 +0545', committer: 'B <b@c> 100000 -0930' },
  ],
  [
    'a name with spaces around, and none',
    { message: 'a', author: '  A   B  <a@b> 5 -0000', committer: 'B<> 5 +0000' },
  ],
  ['an empty name', { message: 'a', author: '<a@b> 5 +0000' }],
  ['a signature', { message: 'a\n', header: 'gpgsig -----BEGIN\n author x\n encoding y\n -----END\n' }],
  [
    'a merge tag that quotes a commit',
    { message: 'a\n', header: 'mergetag object x\n type commit\n tagger T <t@t> 1 +0000\n \n words\n' },
  ],
])('a commit with %s says the same as git', (_name, odd) => {
  const { oid, bytes } = written(odd)
  expect(asWeSay(oid, bytes)).toEqual(asGitSays(oid))
})

test.each<[string, Odd]>([
  ['of another encoding', { message: Buffer.from([0x47, 0x72, 0xfc, 0xdf]), header: 'encoding latin1\n' }],
  ['whose bytes are no UTF-8', { message: Buffer.from([0x47, 0xfc]) }],
  ['with a zero byte', { message: 'a\0b' }],
  ['without a date', { message: 'a', author: 'A <a@b>' }],
  ['of two addresses', { message: 'a', author: 'A <a@b> <c@d> 5 +0000' }],
  ['of a time before 1970 where it was written', { message: 'a', author: 'A <a@b> 5 -0100' }],
  ['of a year that nobody writes', { message: 'a', author: 'A <a@b> 99999999999999 +0000' }],
])('a commit %s is left to git', (_name, odd) => {
  expect(parseCommitBytes('0', written(odd).bytes)).toBeUndefined()
})
