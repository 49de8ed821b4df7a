import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { codeOf, landDraft, openLandingScene, scaleDraft } from '../../helpers/landing-scene.ts'
import type { LandingScene } from '../../helpers/landing-scene.ts'
import { trustClone } from '../../helpers/trusted.ts'

// The team's words from the settings to the commit, and the clone's own hook.

const scenes: LandingScene[] = []
afterEach(async () => {
  for (const { repo, session } of scenes.splice(0)) {
    await session.close()
    repo.remove()
  }
})

const conventions = {
  template: '{ticket} {subject}',
  conventional: true,
  signOff: true,
  coAuthors: ['Grace <grace@example.com>'],
}

async function scene(): Promise<LandingScene> {
  const one = await openLandingScene()
  scenes.push(one)
  return one
}

test('template, Conventional Commits, co-author and sign-off are proposed; a subject without its ticket is not landed', async () => {
  const one = await scene()
  const { session, repo } = one
  await session.client.call('settings.update', { message: conventions })
  const draft = await scaleDraft(one)
  expect(draft.message.subject).toBe('{ticket} chore(web): scale web: web 2 -> 5')
  expect(draft.message.trailers.slice(-2)).toEqual([
    'Co-authored-by: Grace <grace@example.com>',
    'Signed-off-by: Ada Operator <ada@example.com>',
  ])
  expect(await codeOf(landDraft(one, draft))).toBe('MESSAGE_TICKET_MISSING')
  expect(repo.remoteTip()).toBe(one.base)
  const subject = draft.message.subject.replace('{ticket}', 'OPS-7')
  const { state, commit = '' } = await landDraft(one, { ...draft, message: { ...draft.message, subject } })
  expect(state).toBe('done')
  const trailers =
    '%s%n%(trailers:key=Signed-off-by)%(trailers:key=Co-authored-by)%(trailers:key=Wheelhouse-App)'
  expect(repo.git('log', '-1', `--format=${trailers}`, commit).split('\n').filter(Boolean)).toEqual([
    'OPS-7 chore(web): scale web: web 2 -> 5',
    'Signed-off-by: Ada Operator <ada@example.com>',
    'Co-authored-by: Grace <grace@example.com>',
    'Wheelhouse-App: web',
  ])
})

test('conventions that cannot be kept are not saved: MESSAGE_CONVENTION_INVALID', async () => {
  const { session } = await scene()
  const message = { ...conventions, template: 'OPS' }
  expect(await codeOf(session.client.call('settings.update', { message }))).toBe('MESSAGE_CONVENTION_INVALID')
  expect((await session.client.call('settings.get', {})).settings.message).toBeUndefined()
})

test("the clone's commit-msg hook has the last word, and hooks that do not run are told in the review", async () => {
  const one = await scene()
  const { repo } = one
  const hook = (name: string, body: string) =>
    writeFileSync(join(repo.clone, '.git/hooks', name), `#!/bin/sh\n${body}\n`, { mode: 0o755 })
  hook('pre-commit', 'touch ran')
  hook(
    'commit-msg',
    'grep -q OPS- "$1" || { echo "the subject needs a ticket: password=hunter2" >&2; exit 1; }; echo "Change-Id: I1" >> "$1"',
  )
  const draft = await scaleDraft(one)
  expect(draft.warnings.join()).toContain('pre-commit')
  // It came after the clone was trusted.
  expect(await codeOf(landDraft(one, draft))).toBe('CLONE_NOT_TRUSTED')
  await trustClone(one.session, one.app.spec.cloneId)
  const refused = await landDraft(one, draft)
  expect([refused.state, refused.failure?.code]).toEqual(['failed', 'MESSAGE_REFUSED'])
  expect(refused.failure?.message).toContain('the subject needs a ticket')
  expect(refused.failure?.message).not.toContain('hunter2')
  expect([repo.remoteTip(), repo.git('rev-parse', 'main')]).toEqual([one.base, one.base])
  const again = await scaleDraft(one)
  const message = { ...again.message, subject: `OPS-7 ${again.message.subject}` }
  const { commit = '' } = await landDraft(one, { ...again, message })
  expect(repo.git('log', '-1', '--format=%(trailers:key=Change-Id,valueonly)', commit)).toBe('I1')
})
