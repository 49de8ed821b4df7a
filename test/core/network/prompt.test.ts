import { expect, test } from 'vitest'
import { parsePrompt } from '#core'

test.each([
  ["Username for 'https://git.example.com': ", 'username', 'https://git.example.com'],
  ["Password for 'https://ada@git.example.com': ", 'password', 'https://ada@git.example.com'],
  ["Password for 'https://ada:old@git.example.com': ", 'password', 'https://ada@git.example.com'],
  ["Enter passphrase for key '/home/ada/.ssh/id_ed25519': ", 'passphrase', '/home/ada/.ssh/id_ed25519'],
  ['Enter passphrase for "/home/ada/key": ', 'passphrase', '/home/ada/key'],
  ['Enter passphrase for /home/ada/my key: ', 'passphrase', '/home/ada/my key'],
  ['Enter passphrase: ', 'passphrase', ''],
  ['Enter PIN for ED25519-SK key /k: ', 'passphrase', 'ED25519-SK key /k'],
  ["ada@git.example.com's password: ", 'password', 'ada@git.example.com'],
  ['(ada@git.example.com) Password: ', 'password', 'ada@git.example.com'],
  ['One-time code: ', 'other', ''],
])('%j', (prompt, kind, subject) => {
  expect(parsePrompt(prompt)).toMatchObject({ kind, subject })
})

test('an unknown host comes with the fingerprint of its key', () => {
  const prompt =
    "The authenticity of host 'git.example.com (192.0.2.7)' can't be established.\nED25519 key fingerprint is SHA256:kO0gAOP4p4+Jq0/zDkR2kY8G.\nThis key is not known by any other names.\nAre you sure you want to continue connecting (yes/no/[fingerprint])? "
  expect(parsePrompt(prompt)).toEqual({
    kind: 'host-key',
    subject: 'git.example.com (192.0.2.7)',
    fingerprint: 'SHA256:kO0gAOP4p4+Jq0/zDkR2kY8G',
  })
})

test('ssh says when it waits for a touch or a yes', () => {
  expect(parsePrompt('Touch it', 'none').kind).toBe('touch')
  expect(parsePrompt('Go on?', 'confirm').kind).toBe('confirm')
})
