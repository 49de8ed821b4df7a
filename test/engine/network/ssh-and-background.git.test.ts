import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import type { Clone, Question } from '#contract'
import { codeOf, openLandingScene } from '../../helpers/landing-scene.ts'
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
  return one
}

const fingerprint = 'SHA256:kO0gAOP4p4+Jq0/zDkR2kY8G'

/** Stands for an ssh that meets a host for the first time: it asks in OpenSSH's words, then runs what git wants run there. */
async function meetNewHost({ repo, session, app }: LandingScene): Promise<void> {
  const program = join(repo.dir, 'ssh.sh')
  const prompt = `The authenticity of host 'git.example.com (192.0.2.7)' can't be established.\nED25519 key fingerprint is ${fingerprint}.\nAre you sure you want to continue connecting (yes/no/[fingerprint])? `
  const file = join(repo.dir, 'prompt')
  writeFileSync(file, prompt)
  writeFileSync(
    program,
    `#!/bin/sh\nif [ "$("$SSH_ASKPASS" "$(cat '${file}')")" != yes ]; then echo 'Host key verification failed.' >&2; exit 255; fi\nfor last; do :; done\nexec sh -c "$last"\n`,
    { mode: 0o755 },
  )
  repo.git('config', 'core.sshCommand', program)
  repo.git('config', 'ssh.variant', 'simple')
  repo.git('remote', 'set-url', 'origin', `git.example.com:${repo.remote}`)
  await trustClone(session, app.spec.cloneId)
}

function answering({ session }: LandingScene, text: string): readonly Question[] {
  const asked: Question[] = []
  const ending = new AbortController()
  ends.push(() => Promise.resolve(ending.abort()))
  const follow = async () => {
    for await (const delta of session.client.stream('questions.watch', {}, { signal: ending.signal }))
      for (const question of delta.upserts) {
        asked.push(question)
        await session.client.call('questions.answer', { id: question.id, answer: { kind: 'text', text } })
      }
  }
  follow().catch(() => undefined)
  return asked
}

function fetchIn({ session, app }: LandingScene) {
  return session.client.call('clones.fetch', { cloneId: app.spec.cloneId })
}

async function cloneWhere({ session }: LandingScene, is: (clone: Clone) => boolean): Promise<Clone> {
  const signal = AbortSignal.timeout(20_000)
  for await (const { clones } of session.client.stream('workspace.watch', {}, { signal })) {
    const [clone] = clones
    if (clone !== undefined && is(clone)) return clone
  }
  throw new Error('The stream ended.')
}

test('an unknown host is asked about with its fingerprint, and a yes lets the fetch go on', async () => {
  const one = await scene()
  await meetNewHost(one)
  const asked = answering(one, 'yes')
  expect((await fetchIn(one)).lastFetch?.failure).toBeUndefined()
  expect(asked).toMatchObject([{ kind: 'host-key', subject: 'git.example.com (192.0.2.7)', fingerprint }])
})

test('a no is REMOTE_HOST_UNKNOWN, as is nobody to ask', async () => {
  const one = await scene()
  await meetNewHost(one)
  expect(await codeOf(fetchIn(one))).toBe('REMOTE_HOST_UNKNOWN')
  answering(one, 'no')
  expect(await codeOf(fetchIn(one))).toBe('REMOTE_HOST_UNKNOWN')
})

test('a background fetch never asks, though a window is there, and backs off', async () => {
  const one = await scene()
  await cloneWhere(one, ({ nextFetchAt, lastFetch }) => nextFetchAt !== undefined && lastFetch !== undefined)
  const asked = answering(one, 'yes')
  await meetNewHost(one)
  const failed = await cloneWhere(
    one,
    ({ lastFetch, fetching, nextFetchAt }) =>
      lastFetch?.failure !== undefined && fetching === undefined && nextFetchAt !== undefined,
  )
  expect([failed.lastFetch?.failure?.includes('Host key verification failed'), asked]).toEqual([true, []])
})

test('offline or metered, nothing is planned in the background; what is asked for is fetched all the same', async () => {
  const one = await scene()
  const tell = (state: 'online' | 'offline' | 'metered') => one.session.client.call('network.tell', { state })
  await cloneWhere(one, ({ nextFetchAt, lastFetch }) => nextFetchAt !== undefined && lastFetch !== undefined)
  for (const state of ['offline', 'metered'] as const) {
    await tell(state)
    expect((await cloneWhere(one, () => true)).nextFetchAt).toBeUndefined()
    expect((await fetchIn(one)).lastFetch?.failure).toBeUndefined()
  }
  await tell('online')
  expect((await cloneWhere(one, ({ nextFetchAt }) => nextFetchAt !== undefined)).nextFetchAt).toBeDefined()
})
