import { expect, test } from 'vitest'
import { toGitError } from '../../../src/engine/git/errors.ts'

// What git says, and what becomes of it. The words are git's and ssh's own, by their source.

test.each([
  ['GIT_IDENTITY_MISSING', '*** Please tell me who you are.\n\nfatal: unable to auto-detect email address'],
  ['REMOTE_HOST_UNKNOWN', 'Host key verification failed.\nfatal: Could not read from remote repository.'],
  ['REPO_DUBIOUS', "fatal: detected dubious ownership in repository at '/r'"],
  ['GIT_BUSY', "fatal: Unable to create '/r/.git/index.lock': File exists."],
])('%s', (code, stderr) => {
  const error = toGitError(['push'], { exitCode: 128, stderr, end: 'exit' }, '/r')
  expect(error).toMatchObject({ code, message: expect.stringMatching(/^\/r: git push: /) as string })
})

test('an end that is not git’s own', () => {
  const code = (end: 'timeout' | 'missing' | 'no-folder' | 'cancelled') =>
    toGitError(['fetch'], { exitCode: undefined, stderr: '', end }, '/r').code
  expect([code('timeout'), code('missing'), code('no-folder'), code('cancelled')]).toEqual([
    'GIT_TIMEOUT',
    'GIT_MISSING',
    'REPO_MISSING',
    'CANCELLED',
  ])
})

test('credentials of URLs are left out of the words', () => {
  const stderr = "fatal: unable to access 'https://ada:hush@example.com/x.git/': Could not resolve host"
  expect(toGitError(['fetch'], { exitCode: 128, stderr, end: 'exit' }, '/r').message).not.toContain('hush')
})
