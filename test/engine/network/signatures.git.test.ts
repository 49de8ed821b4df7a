import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import type { Signature } from '#contract'
import { deployment, openLandingScene } from '../../helpers/landing-scene.ts'
import type { LandingScene } from '../../helpers/landing-scene.ts'

// Commits that ssh-keygen and gpg signed, looked at as a window does.

const ends: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

async function scene(): Promise<LandingScene> {
  const one = await openLandingScene()
  ends.push(async () => {
    await one.session.close()
    one.repo.remove()
  })
  one.repo.git('config', 'gpg.format', 'ssh')
  return one
}

/** A key of ssh; the clone's file of allowed signers names it only if `allowed`. */
function sshKey({ repo }: LandingScene, name: string, allowed: boolean): string {
  const key = join(repo.dir, name)
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', key])
  const file = join(repo.dir, 'allowed')
  const before = existsSync(file) ? readFileSync(file, 'utf8') : ''
  const line = allowed ? `${name}@example.com ${readFileSync(`${key}.pub`, 'utf8')}` : ''
  writeFileSync(file, before + line)
  repo.git('config', 'gpg.ssh.allowedSignersFile', file)
  return key
}

function signed({ repo }: LandingScene, key: string, subject: string): string {
  repo.write({ 'web/web.yaml': deployment(`a:${subject}`, 2) })
  repo.git('add', '-A')
  repo.git('-c', `user.signingkey=${key}`, 'commit', '-q', '-S', '-m', subject)
  return repo.git('rev-parse', 'HEAD')
}

/** The same commit with another subject under the same signature. */
function tampered({ repo }: LandingScene, oid: string): string {
  const text = execFileSync('git', ['cat-file', 'commit', oid], { cwd: repo.clone, encoding: 'utf8' })
  const input = text.replace(/\n\n[^]*$/, '\n\nsomething else\n')
  return execFileSync('git', ['hash-object', '-w', '-t', 'commit', '--stdin'], {
    cwd: repo.clone,
    encoding: 'utf8',
    input,
  }).trim()
}

const look = ({ session, app }: LandingScene, ...commits: readonly string[]) =>
  session.client.call('timeline.signatures', { appId: app.id, commits: [...commits] })
const brief = (all: readonly Signature[]) => all.map(({ status, signer }) => [status, signer ?? ''].join(' '))

/** The clone's configuration was changed by the test: it is shown and trusted anew. */
async function trust({ session, app }: LandingScene): Promise<void> {
  const { cloneId } = app.spec
  const { fingerprint } = await session.client.call('clones.inspect', { cloneId })
  await session.client.call('clones.trust', { cloneId, fingerprint })
}

test('a good signature, one by a stranger, one that was tampered with, and none', async () => {
  const one = await scene()
  const known = sshKey(one, 'ada', true)
  const stranger = sshKey(one, 'eve', false)
  const good = signed(one, known, 'good')
  const other = signed(one, stranger, 'other')
  await trust(one)
  const all = await look(one, one.base, good, other, tampered(one, good))
  expect(brief(all)).toEqual(['none ', 'good ada@example.com', 'unknown ', 'bad '])
  const print = execFileSync('ssh-keygen', ['-lf', `${known}.pub`], { encoding: 'utf8' }).split(' ')[1]
  expect(all[1]?.key).toBe(print)
})

test('without a file of allowed signers a signature is unknown, not absent', async () => {
  const one = await scene()
  const good = signed(one, sshKey(one, 'ada', true), 'good')
  one.repo.git('config', '--unset', 'gpg.ssh.allowedSignersFile')
  await trust(one)
  expect(brief(await look(one, good))).toEqual(['unknown '])
})

test('a program that the clone names since it was trusted is not started', async () => {
  const one = await scene()
  const good = signed(one, sshKey(one, 'ada', true), 'good')
  await trust(one)
  const trace = join(one.repo.dir, 'started')
  const program = join(one.repo.dir, 'trap.sh')
  writeFileSync(program, `#!/bin/sh\ntouch '${trace}'\nexit 1\n`)
  chmodSync(program, 0o755)
  one.repo.git('config', 'gpg.ssh.program', program)
  expect([brief(await look(one, good)), existsSync(trace)]).toEqual([['unchecked '], false])
  // Trusted as it is now, it runs: the test would see it. Git takes the word of a program that fails for a bad signature.
  await trust(one)
  expect([brief(await look(one, good)), existsSync(trace)]).toEqual([['bad '], true])
})
