import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { draftRoom } from '../../../src/engine/git/draft-room.ts'
import { findPlace } from '../../../src/engine/git/place.ts'
import { openQuarantine } from '../../../src/engine/git/quarantine.ts'
import { atLeast, createRunner, parseVersion } from '../../../src/engine/git/runner.ts'
import { createTestGit, createTestRepo, failureOf } from '../../helpers/repo.ts'

const git = createTestGit()
const gitVersion = parseVersion(execFileSync('git', ['version'], { encoding: 'utf8' }))
afterAll(() => git.close())

const message = { subject: ' Scale\nweb ', body: 'Ünïcode body.\n', trailers: ['Wheelhouse-App: a\nEvil: x'] }

function hook(clone: string, name: string, body: string): void {
  writeFileSync(join(clone, '.git/hooks', name), `#!/bin/sh\n${body}\n`, { mode: 0o755 })
}

test('without a name to commit with, GIT_IDENTITY_MISSING says what is lacking before anything is built', async () => {
  const repo = createTestRepo({ identity: false })
  const opened = await git.open(repo.clone)
  repo.git('config', 'user.email', 'ada@example.com')
  const error = await failureOf(opened.identity())
  expect([error.code, error.action, error.data?.lacks]).toEqual([
    'GIT_IDENTITY_MISSING',
    'set-identity',
    ['user.name'],
  ])
  repo.git('config', 'user.name', 'Ada')
  expect(await opened.identity()).toEqual({ name: 'Ada', email: 'ada@example.com' })
  opened.close()
  repo.remove()
})

test('where commits are signed, an unsigned one does not slip in', async () => {
  const repo = createTestRepo()
  const base = repo.commit('one', { a: '1' })
  repo.git('config', 'commit.gpgsign', 'yes')
  repo.git('config', 'gpg.program', '/no/such/program')
  const opened = await git.open(repo.clone)
  const room = await opened.draft()
  const error = await failureOf(room.commit(repo.git('rev-parse', `${base}^{tree}`), base, message))
  expect(error.code).toBe('GIT_SIGNING_FAILED')
  await room.discard()
  opened.close()
  repo.remove()
})

test('subject, body and trailers stay what they are, in UTF-8 whatever the clone says', async () => {
  const repo = createTestRepo()
  const base = repo.commit('one', { a: '1' })
  repo.git('config', 'i18n.commitEncoding', 'ISO-8859-1')
  const opened = await git.open(repo.clone)
  const room = await opened.draft()
  const { oid } = await room.commit(repo.git('rev-parse', `${base}^{tree}`), base, message)
  await room.store({
    commit: oid,
    base,
    branch: 'main',
    remote: undefined,
    holdName: 'h',
    onStep: () => Promise.resolve(),
  })
  expect(repo.git('cat-file', 'commit', oid)).not.toContain('encoding')
  expect(await opened.message(oid)).toBe('Scale web\n\nÜnïcode body.\n\nWheelhouse-App: a Evil: x')
  await opened.release('h')
  await room.discard()
  opened.close()
  repo.remove()
})

test.skipIf(!atLeast(gitVersion, [2, 36]))(
  'the commit-msg hook runs for the commit and not for its preview; hooks that do not run are named',
  async () => {
    const repo = createTestRepo()
    const base = repo.commit('one', { a: '1' })
    hook(repo.clone, 'commit-msg', 'touch ran; echo "Change-Id: I1" >> "$1"')
    hook(repo.clone, 'pre-commit', 'touch ran-too')
    const opened = await git.open(repo.clone)
    const room = await opened.draft()
    const tree = repo.git('rev-parse', `${base}^{tree}`)
    const preview = await room.commit(tree, base, message, 'preview')
    expect(preview.skippedHooks).toEqual(['pre-commit'])
    expect(existsSync(join(repo.clone, 'ran'))).toBe(false)
    const made = await room.commit(tree, base, message)
    expect(made.skippedHooks).toEqual(['pre-commit'])
    expect(existsSync(join(repo.clone, 'ran'))).toBe(true)
    expect(existsSync(join(repo.clone, 'ran-too'))).toBe(false)
    expect(readFileSync(join(room.dir, 'COMMIT_EDITMSG'), 'utf8')).toContain('Change-Id: I1')
    hook(repo.clone, 'commit-msg', 'echo "needs a ticket" >&2; exit 1')
    const error = await failureOf(room.commit(tree, base, message))
    expect([error.code, error.message]).toEqual([
      'MESSAGE_REFUSED',
      expect.stringContaining('needs a ticket'),
    ])
    await room.discard()
    opened.close()
    repo.remove()
  },
)

test('below git 2.36 the commit-msg hook cannot be run: it is named with those that do not run', async () => {
  const repo = createTestRepo()
  const base = repo.commit('one', { a: '1' })
  hook(repo.clone, 'commit-msg', 'touch ran; exit 1')
  const runner = createRunner({ gitPath: 'git', env: process.env })
  const place = await findPlace(runner, repo.clone)
  const quarantine = await openQuarantine(place, git.quarantines)
  const room = draftRoom(runner, place, { quarantine, version: [2, 35] })
  const made = await room.commit(repo.git('rev-parse', `${base}^{tree}`), base, message)
  expect(made.skippedHooks).toEqual(['commit-msg'])
  expect(existsSync(join(repo.clone, 'ran'))).toBe(false)
  await room.discard()
  repo.remove()
})
