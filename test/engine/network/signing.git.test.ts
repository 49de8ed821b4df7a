import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { gpgKey, has, x509Key } from '../../helpers/gpg-keys.ts'
import { landDraft, openLandingScene, scaleDraft } from '../../helpers/landing-scene.ts'
import type { LandingScene } from '../../helpers/landing-scene.ts'
import { trustClone } from '../../helpers/trusted.ts'

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
  one.repo.git('config', 'commit.gpgsign', 'true')
  return one
}

/** A key of ssh with a passphrase, and the file that says whose it is. */
function sshKey({ repo }: LandingScene, passphrase: string): string {
  const key = join(repo.dir, 'key')
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', passphrase, '-C', 'ada', '-f', key])
  const allowed = join(repo.dir, 'allowed')
  writeFileSync(allowed, `ada@example.com ${readFileSync(`${key}.pub`, 'utf8')}`)
  repo.git('config', 'gpg.format', 'ssh')
  repo.git('config', 'user.signingkey', key)
  repo.git('config', 'gpg.ssh.allowedSignersFile', allowed)
  return key
}

/** Answers each question with the next of these. */
function answering({ session }: LandingScene, ...answers: readonly string[]): readonly string[] {
  const asked: string[] = []
  const ending = new AbortController()
  ends.push(() => Promise.resolve(ending.abort()))
  const follow = async () => {
    for await (const delta of session.client.stream('questions.watch', {}, { signal: ending.signal }))
      for (const { id, kind, subject } of delta.upserts) {
        asked.push(`${kind} ${subject}`)
        const text = answers[asked.length - 1] ?? ''
        await session.client.call('questions.answer', { id, answer: { kind: 'text', text } })
      }
  }
  follow().catch(() => undefined)
  return asked
}

test('a commit is signed with an ssh key whose passphrase is asked for when it lands, not before', async () => {
  const one = await scene()
  const key = sshKey(one, 'violets are blue')
  const asked = answering(one, 'violets are blue')
  const draft = await scaleDraft(one, 'push')
  expect([draft.signing, asked]).toEqual([{ format: 'ssh', key }, []])
  const { commit = '' } = await landDraft(one, draft)
  expect(asked).toEqual([`passphrase ${key}`])
  expect(one.repo.git('log', '-1', '--format=%G? %GS', commit)).toBe('G ada@example.com')
  one.repo.git('verify-commit', commit)
  expect([one.repo.remoteTip(), one.repo.fsck()]).toEqual([commit, ''])
})

test('a passphrase that is wrong ends as GIT_SIGNING_FAILED, and nothing was committed', async () => {
  const one = await scene()
  sshKey(one, 'violets are blue')
  answering(one, 'roses', 'are', 'red')
  const { state, failure } = await landDraft(one, await scaleDraft(one, 'push'))
  expect([state, failure?.code]).toEqual(['failed', 'GIT_SIGNING_FAILED'])
  expect([one.repo.git('rev-parse', 'main'), one.repo.remoteTip()]).toEqual([one.base, one.base])
})

test('a key that is not there is GIT_SIGNING_FAILED as well', async () => {
  const one = await scene()
  one.repo.git('config', 'gpg.format', 'ssh')
  one.repo.git('config', 'user.signingkey', join(one.repo.dir, 'no-key'))
  const { failure } = await landDraft(one, await scaleDraft(one, 'push'))
  expect(failure?.code).toBe('GIT_SIGNING_FAILED')
})

test('a way of signing that is none is GIT_SIGNING_UNSUPPORTED before a draft is made', async () => {
  const one = await scene()
  one.repo.git('config', 'gpg.format', 'wax')
  await expect(scaleDraft(one, 'push')).rejects.toMatchObject({
    failure: { code: 'GIT_SIGNING_UNSUPPORTED' },
  })
})

test.skipIf(!has('gpg')).each([
  ['without a passphrase', '', 0],
  ['whose passphrase its own pinentry asks for', 'violets are blue', 1],
])('a commit is signed with a gpg key %s (needs gpg)', async (_, passphrase, asks) => {
  const one = await scene()
  const { program, asked, close } = gpgKey(one.repo.dir, passphrase)
  ends.push(() => Promise.resolve(close()))
  one.repo.git('config', 'gpg.program', program)
  expect(await landDraft(one, await scaleDraft(one, 'push')).catch((error: unknown) => error)).toMatchObject({
    failure: { code: 'CLONE_NOT_TRUSTED' },
  })
  await trustClone(one.session, one.app.spec.cloneId)
  const draft = await scaleDraft(one, 'push')
  expect(draft.signing).toEqual({ format: 'openpgp' })
  // Not for the draft: only who lands is asked.
  expect(existsSync(asked)).toBe(false)
  const { commit = '' } = await landDraft(one, draft)
  expect(one.repo.git('log', '-1', '--format=%G? %GS', commit)).toBe('G Ada Operator <ada@example.com>')
  one.repo.git('verify-commit', commit)
  expect(existsSync(asked) ? readFileSync(asked, 'utf8').split('\n').length - 1 : 0).toBe(asks)
})

test.skipIf(!has('gpgsm'))(
  'a commit is signed with an X.509 certificate, and verified in the timeline (needs gpgsm)',
  async () => {
    const one = await scene()
    const { program, key, close } = x509Key(one.repo.dir)
    ends.push(() => Promise.resolve(close()))
    one.repo.git('config', 'gpg.format', 'x509')
    one.repo.git('config', 'gpg.x509.program', program)
    one.repo.git('config', 'user.signingkey', key)
    await trustClone(one.session, one.app.spec.cloneId)
    const draft = await scaleDraft(one, 'local')
    expect(draft.signing).toEqual({ format: 'x509', key })
    const { state, failure, commit = '' } = await landDraft(one, draft)
    expect([state, failure]).toEqual(['done', undefined])
    expect(one.repo.git('cat-file', 'commit', commit)).toContain('-----BEGIN SIGNED MESSAGE-----')
    const shown = await one.session.client.call('timeline.signatures', {
      appId: one.app.id,
      commits: [commit],
    })
    expect(shown).toMatchObject([
      { commit, status: 'good', signer: expect.stringContaining('CN=Ada Operator') },
    ])
  },
)
