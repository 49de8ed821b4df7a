import { expect, test } from 'vitest'
import { toGitError } from '../../../src/engine/git/errors.ts'

// What git says, and what becomes of it. The words are git's and ssh's own, by their source.

test.each([
  ['GIT_IDENTITY_MISSING', '*** Please tell me who you are.\n\nfatal: unable to auto-detect email address'],
  ['GIT_SIGNING_FAILED', 'error: gpg failed to sign the data\nfatal: failed to write commit object'],
  ['REMOTE_PROXY', "fatal: unable to access 'https://x/': Received HTTP code 407 from proxy after CONNECT"],
  ['REMOTE_PROXY', "fatal: unable to access 'https://x/': Could not resolve proxy: nowhere"],
  [
    'REMOTE_CERTIFICATE',
    "fatal: unable to access 'https://x/': SSL certificate problem: self-signed certificate",
  ],
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

test('a host key that changed is refused, and the fingerprint that the host shows now is said', () => {
  const stderr =
    '@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @\nThe fingerprint for the ED25519 key sent by the remote host is\nSHA256:kO0gAOP4p4+Jq0/zDkR2kY8G.\nPlease contact your system administrator.\nAdd correct host key in /home/ada/.ssh/known_hosts to get rid of this message.\nOffending ED25519 key in /home/ada/.ssh/known_hosts:1\nHost key for git.example.com has changed and you have requested strict checking.\nHost key verification failed.\nfatal: Could not read from remote repository.\n\nPlease make sure you have the correct access rights\nand the repository exists.'
  const error = toGitError(['fetch'], { exitCode: 128, stderr, end: 'exit' }, '/r')
  expect([error.code, error.data]).toEqual([
    'REMOTE_HOST_KEY',
    { fingerprint: 'SHA256:kO0gAOP4p4+Jq0/zDkR2kY8G' },
  ])
  expect(error.message).toContain('SHA256:kO0gAOP4p4+Jq0/zDkR2kY8G')
})
