import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { CallError } from '#contract'
import type { App, Operation } from '#contract'
import { openTestSession } from '../helpers/session.ts'
import type { TestSession } from '../helpers/session.ts'
import { gitAt, makeTemplate, openSite } from './site.ts'
import type { Site } from './site.ts'

// Before a clone is trusted: no network, no program of its own. After: exactly what was listed, when a person fetches, signs and lands.

let dir: string
let ran: string
let site: Site
let session: TestSession

beforeEach(async () => {
  dir = realpathSync(mkdtempSync(join(tmpdir(), 'wheelhouse-trusted-')))
  ran = join(dir, 'ran')
  for (const folder of [ran, join(dir, 'site')]) mkdirSync(folder)
  makeTemplate(join(dir, 'template'))
  site = openSite(join(dir, 'template'), join(dir, 'site'), ran)
  session = await openTestSession({})
})
afterEach(async () => {
  await session.close()
  rmSync(dir, { recursive: true, force: true })
})

const traps = (keys: readonly string[]) => {
  for (const key of keys) site.git('config', key, site.canary(key))
}
const unlisted = [
  'alias.fetch',
  'alias.push',
  'alias.update-ref',
  'core.editor',
  'core.pager',
  'pager.fetch',
  'diff.external',
  'interactive.diffFilter',
  'trailer.trap.command',
  'sequence.editor',
  'uploadpack.packObjectsHook',
  'browser.trap.cmd',
]
const hooks = [
  'pre-push',
  'reference-transaction',
  'commit-msg',
  'post-commit',
  'pre-commit',
  'post-merge',
  'post-checkout',
]

async function openClone(): Promise<{ readonly cloneId: string; readonly app: App }> {
  const { id: cloneId } = await session.client.call('clones.add', { path: site.clone })
  const found = await session.client.call('apps.discover', { cloneId })
  const spec = found.find((one) => one.spec.path === 'app')?.spec
  if (spec === undefined) throw new Error('No app was discovered.')
  return { cloneId, app: await session.client.call('apps.add', spec) }
}

async function codeOf(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => 'ended well',
    (error: unknown) => (error instanceof CallError ? error.failure.code : String(error)),
  )
}

async function landReturn(app: App): Promise<Operation | string> {
  const draft = await session.client.call('draft.create', {
    appId: app.id,
    action: { kind: 'return', commit: site.git('rev-parse', 'HEAD~1') },
    shared: 'ask',
  })
  const landing = session.client.call('draft.land', {
    draftId: draft.id,
    fingerprint: draft.fingerprint,
    message: { subject: draft.message.subject, body: draft.message.body },
    acceptNotRendering: false,
  })
  return landing.then(
    ({ operationId }) => session.ended(operationId),
    (error: unknown) => (error instanceof CallError ? error.failure.code : String(error)),
  )
}

/** What ran and was not on the list that the person trusted. */
function unannounced(runs: readonly string[]): readonly string[] {
  return readdirSync(ran).filter((name) => {
    const hook = /^hook-(.*)$/.exec(name)?.[1]
    return hook === undefined
      ? !runs.some((one) => one.includes(`canary-${name}`))
      : !runs.includes(`hook ${hook}`)
  })
}

test('over ssh: nothing before, then the ssh that was listed, and nothing else', async () => {
  site.git('remote', 'add', 'origin', 'ssh://nowhere.invalid/x.git')
  site.git('update-ref', 'refs/remotes/origin/main', 'HEAD')
  site.git('config', 'branch.main.remote', 'origin')
  site.git('config', 'branch.main.merge', 'refs/heads/main')
  traps(['core.sshCommand', 'core.askPass', 'core.alternateRefsCommand', ...unlisted])
  const { cloneId, app } = await openClone()
  expect(await codeOf(session.client.call('clones.fetch', { cloneId }))).toBe('CLONE_NOT_TRUSTED')
  expect(await landReturn(app)).toBe('CLONE_NOT_TRUSTED')
  expect(readdirSync(ran)).toEqual([])
  const { runs, fingerprint } = await session.client.call('clones.inspect', { cloneId })
  expect(readdirSync(ran)).toEqual([])
  await session.client.call('clones.trust', { cloneId, fingerprint })
  await codeOf(session.client.call('clones.fetch', { cloneId }))
  expect(readdirSync(ran)).toContain('core.sshCommand')
  expect(unannounced(runs)).toEqual([])
})

test('with hooks, filters, drivers and alternates: nothing before, then only what was listed', async () => {
  const remote = join(dir, 'remote.git')
  gitAt(dir, ['clone', '-q', '--bare', site.clone, remote])
  site.git('remote', 'add', 'origin', remote)
  site.git('fetch', '-q', 'origin')
  site.git('branch', '-q', '--set-upstream-to=origin/main')
  gitAt(dir, ['clone', '-q', '--bare', site.clone, join(dir, 'other.git')])
  writeFileSync(join(site.gitDir, 'objects/info/alternates'), `${dir}/other.git/objects\n`)
  writeFileSync(join(site.gitDir, 'info/attributes'), '* filter=trap merge=trap diff=trap\n')
  traps(['filter.trap.smudge', 'merge.trap.driver', 'diff.trap.textconv', 'diff.trap.command'])
  traps(['core.alternateRefsCommand', 'core.fsmonitor', ...unlisted])
  for (const hook of hooks) {
    const program = site.canary(`hook-${hook}`)
    writeFileSync(join(site.gitDir, 'hooks', hook), `#!/bin/sh\nexec '${program}'\n`, { mode: 0o755 })
  }
  const { cloneId, app } = await openClone()
  expect(await codeOf(session.client.call('clones.fetch', { cloneId }))).toBe('CLONE_NOT_TRUSTED')
  expect(await landReturn(app)).toBe('CLONE_NOT_TRUSTED')
  const { runs, fingerprint } = await session.client.call('clones.inspect', { cloneId })
  expect(readdirSync(ran)).toEqual([])
  await session.client.call('clones.trust', { cloneId, fingerprint })
  await session.client.call('clones.fetch', { cloneId })
  const landed = await landReturn(app)
  expect(typeof landed === 'string' ? landed : [landed.state, landed.failure?.code]).toEqual([
    'done',
    undefined,
  ])
  // The control: they are in the way of what was done, and were run.
  expect(readdirSync(ran)).toEqual(
    expect.arrayContaining(['hook-pre-push', 'hook-commit-msg', 'filter.trap.smudge']),
  )
  expect(unannounced(runs)).toEqual([])
})

test('what sends the network elsewhere is listed: proxies, headers, rewritten and executed addresses', async () => {
  site.config('[http]\n\tproxy = http://ada:secret-41@proxy.invalid:3128\n\tsslVerify = false')
  site.config('[http "https://x.invalid"]\n\tproxy = socks5h://proxy.invalid\n\textraHeader = X: y')
  site.config(
    '[remote "origin"]\n\turl = ext::sh -c x\n\tproxy = http://remote.invalid\n[remote "plain"]\n\turl = https://plain.invalid/x',
  )
  site.config('[url "ssh://evil.invalid/"]\n\tinsteadOf = https://good.invalid/')
  const { cloneId } = await openClone()
  const { runs } = await session.client.call('clones.inspect', { cloneId })
  expect(runs.map((one) => one.split('=')[0])).toEqual([
    'http.proxy',
    'http.sslverify',
    'http.https://x.invalid.proxy',
    'http.https://x.invalid.extraheader',
    'remote.origin.url',
    'remote.origin.proxy',
    'url.ssh://evil.invalid/.insteadof',
  ])
  expect(runs.join('\n')).not.toContain('secret-41')
})
