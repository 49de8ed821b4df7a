import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { Answer, Clone, Question } from '#contract'
import { codeOf, landDraft, openLandingScene, scaleDraft } from '../../helpers/landing-scene.ts'
import type { LandingScene } from '../../helpers/landing-scene.ts'
import { serveRepository } from '../../helpers/http-remote.ts'
import type { HttpRemote } from '../../helpers/http-remote.ts'

const ends: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

const password = 'open-sesame-41'

async function scene(): Promise<LandingScene & { readonly http: HttpRemote }> {
  const one = await openLandingScene()
  const http = await serveRepository(one.repo.remote, `ada:${password}`)
  one.repo.git('remote', 'set-url', 'origin', http.url)
  one.repo.git('config', 'credential.helper', '')
  ends.push(async () => {
    await one.session.close()
    await http.close()
    one.repo.remove()
  })
  return { ...one, http }
}

/** Answers what is asked, as a window does; the questions are kept. */
function answering(
  { session }: LandingScene,
  answer: (question: Question, nth: number) => Answer | undefined,
): readonly Question[] {
  const asked: Question[] = []
  const ending = new AbortController()
  ends.push(() => Promise.resolve(ending.abort()))
  const follow = async () => {
    for await (const delta of session.client.stream('questions.watch', {}, { signal: ending.signal }))
      for (const question of delta.upserts) {
        asked.push(question)
        const given = answer(question, asked.length)
        if (given !== undefined)
          await session.client.call('questions.answer', { id: question.id, answer: given })
      }
  }
  follow().catch(() => undefined)
  return asked
}

function answer({ session }: LandingScene, id: string) {
  return session.client.call('questions.answer', { id, answer: text('late') })
}

const text = (words: string): Answer => ({ kind: 'text', text: words })
const signIn = ({ kind }: Question) => text(kind === 'username' ? 'ada' : password)
// Other files are tested beside this one, and ask as well.
const usual = process.env.TMPDIR
beforeAll(() => void (process.env.TMPDIR = mkdtempSync(join(tmpdir(), 'wheelhouse-alone-'))))
afterAll(() => {
  rmSync(tmpdir(), { recursive: true, force: true })
  if (usual === undefined) delete process.env.TMPDIR
  else process.env.TMPDIR = usual
})
const folders = () => readdirSync(tmpdir()).filter((name) => name.startsWith('wheelhouse-ask-'))
/** Files that hold the password. */
function holding(...places: readonly string[]): string {
  return spawnSync('grep', ['-rl', '-e', password, ...places], { encoding: 'utf8' }).stdout
}

function fetchIn({ session, app }: LandingScene) {
  return session.client.call('clones.fetch', { cloneId: app.spec.cloneId })
}

test('a fetch that was asked for asks for name and password, and leaves nothing behind', async () => {
  const one = await scene()
  const before = folders()
  const asked = answering(one, signIn)
  const clone = await one.session.client.call('clones.fetch', { cloneId: one.app.spec.cloneId })
  expect(clone.lastFetch?.failure).toBeUndefined()
  expect(asked.map(({ kind, command, again }) => [kind, command, again])).toEqual([
    ['username', 'git fetch origin', false],
    ['password', 'git fetch origin', false],
  ])
  expect(asked[1]?.subject).toBe(one.http.url.replace('http://', 'http://ada@').replace('/remote.git', ''))
  expect(one.http.seen).toContain(`ada:${password}`)
  expect(folders()).toEqual(before)
  expect(one.session.log.join('\n')).not.toContain(password)
  expect(holding(one.session.dataDir, one.repo.clone)).toBe('')
})

test('a wrong password is asked for again, three times in all, and the right one lands', async () => {
  const one = await scene()
  let right = false
  const asked = answering(one, ({ kind }) => text(kind === 'username' ? 'ada' : right ? password : 'wrong'))
  const failed = await landDraft(one, await scaleDraft(one, 'push'))
  expect([failed.state, failed.failure?.code]).toEqual(['failed', 'REMOTE_CREDENTIALS'])
  expect(one.repo.remoteTip()).toBe(one.base)
  expect(asked.map(({ again }) => again)).toEqual([false, false, true, true, true, true])
  right = true
  const { commit } = await landDraft(one, await scaleDraft(one, 'push'))
  expect(one.repo.remoteTip()).toBe(commit)
})

test('cancelled in the dialog, the fetch is CANCELLED and no lock stays', async () => {
  const one = await scene()
  answering(one, () => ({ kind: 'cancel' }))
  expect(await codeOf(fetchIn(one))).toBe('CANCELLED')
  expect(readdirSync(join(one.repo.clone, '.git')).filter((name) => name.endsWith('.lock'))).toEqual([])
})

test('a fetch whose caller goes away while it asks ends, and so does its question', async () => {
  const one = await scene()
  const ending = new AbortController()
  const asked = answering(one, () => {
    ending.abort()
    return undefined
  })
  const { cloneId } = one.app.spec
  const fetched = one.session.client.call('clones.fetch', { cloneId }, { signal: ending.signal })
  expect(await codeOf(fetched)).toBe('CANCELLED')
  expect(await codeOf(answer(one, asked[0]?.id ?? ''))).toBe('QUESTION_GONE')
})

test('without anybody to ask, a fetch ends at once with REMOTE_CREDENTIALS', async () => {
  const one = await scene()
  expect(await codeOf(fetchIn(one))).toBe('REMOTE_CREDENTIALS')
})

test('an answer that comes too late is QUESTION_GONE', async () => {
  const one = await scene()
  expect(await codeOf(answer(one, 'gone'))).toBe('QUESTION_GONE')
})

test('a fetch tells how far it is while it is under way, and not after', async () => {
  const one = await scene()
  answering(one, signIn)
  const other = join(one.repo.dir, 'other')
  one.repo.at(one.repo.dir, 'clone', '-q', one.repo.remote, other)
  for (const name of ['a', 'b', 'c']) writeFileSync(join(other, name), name)
  one.repo.at(other, 'add', '-A')
  one.repo.at(other, '-c', 'user.name=B', '-c', 'user.email=b@example.com', 'commit', '-q', '-m', 'three')
  one.repo.at(other, 'push', '-q')
  const ending = new AbortController()
  const seen: Clone[] = []
  const follow = async () => {
    for await (const { clones } of one.session.client.stream(
      'workspace.watch',
      {},
      { signal: ending.signal },
    ))
      seen.push(...clones)
  }
  follow().catch(() => undefined)
  const clone = await fetchIn(one)
  ending.abort()
  expect(seen.some(({ fetching }) => fetching !== undefined)).toBe(true)
  expect([clone.fetching, clone.lastFetch?.failure]).toEqual([undefined, undefined])
  expect(one.repo.git('rev-parse', 'origin/main')).toBe(one.repo.remoteTip())
})
