import { expect, test } from 'vitest'
import { AppError } from '../../src/contract/index.ts'
import { createLogger } from '../../src/host/index.ts'
import type { LogEntry } from '../../src/host/index.ts'

function written(entry: LogEntry): string {
  let text = ''
  createLogger({ write: (line) => (text += line), now: () => new Date('2026-01-02T03:04:05Z') })(entry)
  return text
}

test('writes one line of JSON per entry, the time first', () => {
  expect(written({ level: 'info', message: 'two\nlines', call: 7, durationMs: 3 })).toBe(
    '{"at":"2026-01-02T03:04:05.000Z","level":"info","message":"two\\nlines","call":7,"durationMs":3}\n',
  )
})

const planted = 'Zq8fPlantedValue77'
test.each<readonly [string, unknown]>([
  ['a bearer header', `authorization: Bearer ${planted}`],
  ['a bearer header in JSON', `{"Authorization":"Bearer ${planted}"}`],
  ['user and password of a URL', `git fetch https://me:${planted}@example.com/x.git`],
  ['an option of a command', `helm --password=${planted}`],
  ['a line of YAML', `client-key-data: ${planted}`],
  ['a private key', `-----BEGIN RSA PRIVATE KEY-----\n${planted}\n-----END RSA PRIVATE KEY-----`],
  ['a private key that is cut off', `-----BEGIN PRIVATE KEY-----\n${planted}`],
  ['a JSON web token', `got eyJhbGciOiJIUzI1NiJ9.${planted}.abc from the server`],
  ['a token of GitHub', `ghp_${planted}abcdefghij`],
  ['a field by its name', { token: planted }],
  ['a nested field by its name', { user: { 'client-key-data': planted } }],
  [
    'the cause of an error',
    new AppError('GIT_FAILED', { message: 'no', cause: new Error(`token=${planted}`) }),
  ],
  ['data of an error', new AppError('GIT_FAILED', { message: 'no', data: { password: planted } })],
])('masks %s', (_name, value) => {
  const line = written({ level: 'error', message: 'x', value })
  expect(line).not.toContain(planted)
  expect(line).toContain('***')
})

test('leaves what is no secret readable (control: the search above can fail)', () => {
  const line = written({
    level: 'info',
    message: `git push origin main ${planted}`,
    object: 'Secret/web',
    keys: 3,
  })
  expect(line).toContain(planted)
  expect(line).toContain('Secret/web')
})

test('survives what cannot be written', () => {
  const loop: Record<string, unknown> = { level: 'info' }
  loop['self'] = loop
  expect(JSON.parse(written({ level: 'warn', message: 'loop', loop, big: 10n }))).toMatchObject({
    message: 'loop',
  })
  const throwing = {
    get bad() {
      throw new Error('no')
    },
  }
  expect(JSON.parse(written({ level: 'warn', message: 'getter', throwing }))).toMatchObject({
    message: 'getter',
  })
  expect(written({ level: 'warn', message: 'x'.repeat(1e6) }).length).toBeLessThan(30_000)
})
