import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CallError } from '#contract'
import type { App, Draft, LandingMode, Operation } from '#contract'
import { createTestRepo } from './repo.ts'
import type { TestRepo } from './repo.ts'
import { openTestSession } from './session.ts'
import type { TestSession } from './session.ts'
import { addTrusted } from './trusted.ts'

/** An engine as a window has it, with one app of a trusted clone and its bare remote. */
export type LandingScene = {
  readonly repo: TestRepo
  readonly base: string
  readonly app: App
  session: TestSession
}

const key = { group: 'apps', kind: 'Deployment', namespace: '', name: 'web' }

export function deployment(image: string, replicas: number): string {
  return `apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  replicas: ${replicas}\n  template:\n    spec:\n      containers:\n        - name: web\n          image: ${image}\n`
}

export async function openLandingScene(
  given: string | { readonly remoteUrl?: string; readonly parent?: string; readonly dataDir?: string } = {},
): Promise<LandingScene> {
  const { remoteUrl, parent, dataDir } =
    typeof given === 'string' ? { remoteUrl: given } : { remoteUrl: undefined, ...given }
  const repo = createTestRepo(parent === undefined ? {} : { parent })
  const base = repo.commit('one', { 'web/web.yaml': deployment('a:1', 2), 'other.txt': 'one\n' })
  repo.push()
  if (remoteUrl !== undefined) {
    // The address of a forge that is reached in the folder beside, as a company's mirror is.
    repo.git('config', 'remote.origin.url', remoteUrl)
    repo.git('config', `url.${repo.remote}.insteadOf`, remoteUrl)
  }
  const session = await openTestSession(dataDir === undefined ? {} : { dataDir })
  const cloneId = await addTrusted(session, repo.clone)
  const spec = (await session.client.call('apps.discover', { cloneId }))[0]?.spec
  if (spec === undefined) throw new Error('No app was discovered.')
  return { repo, base, session, app: await session.client.call('apps.add', spec) }
}

/** What runs when the remote is pushed to. */
export function onReceive(repo: TestRepo, body: string): void {
  writeFileSync(join(repo.remote, 'hooks', 'pre-receive'), `#!/bin/sh\n${body}\n`, { mode: 0o755 })
}

/** The rule that every forge has: no push to main by hand. */
export const protectMain =
  'while read old new ref; do case $ref in refs/heads/main) echo "GH006: Protected branch update failed for refs/heads/main. Changes must be made through a pull request."; exit 1;; esac; done'

export function scaleDraft(
  { session, app }: LandingScene,
  landing?: LandingMode,
  replicas = 5,
): Promise<Draft> {
  const action = { kind: 'scale' as const, edits: [{ key, replicas }] }
  const chosen = landing === undefined ? {} : { landing }
  return session.client.call('draft.create', { appId: app.id, action, shared: 'ask', ...chosen })
}

/** Lands it as it was shown, and answers the operation once it does not run any more. */
export async function landDraft({ session }: LandingScene, draft: Draft): Promise<Operation> {
  const { id, fingerprint, message } = draft
  const { operationId } = await session.client.call('draft.land', {
    draftId: id,
    fingerprint,
    message: { subject: message.subject, body: message.body },
    acceptNotRendering: false,
  })
  return session.ended(operationId)
}

/** The code that a call is refused with. */
export function codeOf(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => 'ended well',
    (error: unknown) => (error instanceof CallError ? error.failure.code : String(error)),
  )
}

/** A clone as a forge has it, to merge in: git in it, past the protection. */
export function openForge({ repo }: Pick<LandingScene, 'repo'>): (...args: readonly string[]) => string {
  const path = join(repo.dir, 'forge')
  repo.at(repo.dir, 'clone', '-q', repo.remote, path)
  repo.at(path, 'config', 'user.name', 'Forge')
  repo.at(path, 'config', 'user.email', 'forge@example.com')
  onReceive(repo, 'exit 0')
  return (...args) => repo.at(path, ...args)
}
