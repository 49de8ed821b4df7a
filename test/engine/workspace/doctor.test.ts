import { execFileSync } from 'node:child_process'
import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  checkCertificates,
  checkShell,
  checkSignIn,
  createShellEnvironment,
} from '../../../src/engine/workspace/index.ts'
import { newFolder } from './folder.ts'

const posix = process.platform !== 'win32'
const bare = { PATH: '/usr/bin:/bin' }

/** A login shell with start-up files of its own: what it is given with -ilc, it runs under `sh`. */
async function shellThat(lines: readonly string[], name = 'bash'): Promise<string> {
  const file = join(await newFolder(), name)
  await writeFile(file, ['#!/bin/sh', `flags="$1"; shift`, ...lines, 'eval "$1"', 'echo bye', ''].join('\n'))
  await chmod(file, 0o755)
  return file
}
const read = (env: Readonly<Record<string, string>>, timeoutMs?: number) =>
  createShellEnvironment({ env, platform: 'linux', ...(timeoutMs === undefined ? {} : { timeoutMs }) })()

describe.skipIf(!posix)('the environment of the login shell', () => {
  test('is what its start-up files make of it, whatever they print', async () => {
    const shell = await shellThat([
      'echo "Welcome! PATH=/nonsense"',
      'export PATH="/opt/bin:$PATH" AGENT="$flags" MULTI="one\ntwo=2"',
    ])
    const result = await read({ ...bare, SHELL: shell, KEPT: 'as it was' })
    expect(result).toMatchObject({
      source: 'login-shell',
      env: { PATH: '/opt/bin:/usr/bin:/bin', AGENT: '-ilc', MULTI: 'one\ntwo=2', KEPT: 'as it was' },
    })
    expect(result.env).not.toHaveProperty('SHLVL')
    expect(checkShell(result)).toMatchObject({ state: 'ok', found: expect.stringContaining('3 folders') })
  })

  test('csh is not asked to be interactive', async () => {
    const shell = await shellThat(['export FLAGS="$flags"'], 'tcsh')
    expect((await read({ ...bare, SHELL: shell })).env).toMatchObject({ FLAGS: '-c' })
  })

  test('is asked once', async () => {
    const folder = await newFolder()
    const shell = await shellThat([`echo x >> '${join(folder, 'asked')}'`])
    const environment = createShellEnvironment({ env: { ...bare, SHELL: shell }, platform: 'linux' })
    const [one, two] = await Promise.all([environment(), environment()])
    expect(one).toBe(two)
    expect(execFileSync('wc', ['-l', join(folder, 'asked')], { encoding: 'utf8' })).toMatch(/^1 /)
  })

  test.each<readonly [string, readonly string[], RegExp]>([
    ['never ends', ['exec sleep 60'], /did not finish/],
    ['fails', ['exit 3'], /did not print/],
    ['prints something else', ['echo hello', 'exit 0'], /did not print/],
  ])('a shell that %s leaves the environment as it was, and is said', async (_name, lines, problem) => {
    const env = { ...bare, SHELL: await shellThat(lines) }
    const result = await read(env, 400)
    expect(result).toMatchObject({ source: 'inherited', env, problem: expect.stringMatching(problem) })
    expect(checkShell(result)).toMatchObject({
      state: 'warn',
      fix: expect.stringContaining('start-up files'),
    })
  })

  test('a shell that is not there is said, and none is asked from a terminal', async () => {
    expect(await read({ ...bare, SHELL: '/no/such/shell' })).toMatchObject({
      problem: expect.stringContaining('could not be run'),
    })
    expect(await read(bare)).toMatchObject({ problem: 'SHELL is not set.' })
    const inTerminal = await read({ ...bare, SHELL: '/no/such/shell', TERM: 'xterm-256color' })
    expect(inTerminal).toEqual({
      env: expect.anything(),
      source: 'inherited',
      words: 'As the terminal gives it.',
    })
  })
})

test('an empty PATH fails', async () => {
  expect(checkShell({ env: {}, source: 'inherited', words: '' })).toMatchObject({ state: 'fail' })
})

test.skipIf(!posix)(
  'names each sign-in program with where it is, or who cannot sign in without it',
  async () => {
    const folder = await newFolder()
    await writeFile(join(folder, 'kubelogin'), '#!/bin/sh\n', { mode: 0o755 })
    await writeFile(join(folder, 'not-executable'), '', { mode: 0o644 })
    const contexts = [
      { name: 'prod', command: 'kubelogin' },
      { name: 'staging', command: 'kubelogin' },
      { name: 'gke', command: 'gke-gcloud-auth-plugin' },
      { name: 'odd', command: 'not-executable' },
      { name: 'own', command: join(folder, 'kubelogin') },
    ]
    const checks = await checkSignIn(contexts, { PATH: `/nowhere:${folder}` })
    expect(checks.map(({ state, found }) => [state, found])).toEqual([
      ['ok', `${join(folder, 'kubelogin')}, for prod, staging.`],
      ['fail', 'Not on the PATH; gke cannot sign in.'],
      ['fail', 'Not on the PATH; odd cannot sign in.'],
      ['ok', `${join(folder, 'kubelogin')}, for own.`],
    ])
  },
)

const hasOpenssl = posix && isThere('openssl')
function isThere(command: string): boolean {
  try {
    execFileSync(command, ['version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

describe('the CA bundle', () => {
  const today = new Date()
  test('none is fine; one that is missing, empty or broken fails', async () => {
    const folder = await newFolder()
    const broken = join(folder, 'broken.pem')
    await writeFile(broken, '-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n')
    await writeFile(join(folder, 'empty.pem'), 'nothing here')
    expect(await checkCertificates(undefined, today)).toMatchObject({ state: 'ok' })
    expect(await checkCertificates(join(folder, 'none.pem'), today)).toMatchObject({
      state: 'fail',
      found: expect.stringContaining('ENOENT'),
    })
    expect(await checkCertificates(join(folder, 'empty.pem'), today)).toMatchObject({
      state: 'fail',
      found: expect.stringContaining('no certificate'),
    })
    expect(await checkCertificates(broken, today)).toMatchObject({
      state: 'fail',
      found: expect.stringContaining('1 of 1'),
    })
  })

  test.skipIf(!hasOpenssl)('one that is good today has expired some day', async () => {
    const folder = await newFolder()
    const pem = join(folder, 'ca.pem')
    execFileSync(
      'openssl',
      [
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:prime256v1',
        '-nodes',
        '-days',
        '3',
        '-subj',
        '/CN=test',
        '-keyout',
        join(folder, 'key.pem'),
        '-out',
        pem,
      ],
      { stdio: 'ignore' },
    )
    expect(await checkCertificates(pem, today)).toMatchObject({
      state: 'ok',
      found: `${pem}: 1 certificates.`,
    })
    const later = new Date(today.getTime() + 10 * 86_400_000)
    expect(await checkCertificates(pem, later)).toMatchObject({
      state: 'warn',
      found: expect.stringContaining('expired'),
    })
  })
})
