import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { createTestGit, createTestRepo } from '../../helpers/repo.ts'
import type { TestRepo } from '../../helpers/repo.ts'
import { prepare } from '../../helpers/landing.ts'

const git = createTestGit()
afterAll(() => git.close())

const hooks = [
  'post-index-change',
  'reference-transaction',
  'post-checkout',
  'pre-commit',
  'commit-msg',
  'fsmonitor-watchman',
  'pre-auto-gc',
]

/** A clone whose own configuration names a program at every place that git knows; each leaves a file when it runs. */
function trap(): { readonly repo: TestRepo; readonly ran: () => readonly string[] } {
  const repo = createTestRepo()
  const traps = join(repo.dir, 'traps')
  mkdirSync(traps)
  const command = (name: string) => {
    const file = join(repo.dir, `${name}.sh`)
    writeFileSync(file, `#!/bin/sh\ntouch '${traps}/${name}'\ncat 2>/dev/null\n`, { mode: 0o755 })
    return file
  }
  repo.commit('one', { '.gitattributes': '* diff=trap filter=trap merge=trap\n', 'app/a.yaml': 'a: 1\n' })
  repo.commit('two', { 'app/a.yaml': 'a: 2\nb: 1\n' })
  repo.push()
  const settings = {
    'core.fsmonitor': 'fsmonitor',
    'core.pager': 'pager',
    'core.editor': 'editor',
    'core.sshCommand': 'ssh',
    'diff.external': 'external',
    'diff.trap.textconv': 'textconv',
    'diff.trap.command': 'diffcommand',
    'merge.trap.driver': 'driver',
    'credential.helper': 'credential',
    'core.askPass': 'askpass',
    'gpg.program': 'gpg',
    'core.alternateRefsCommand': 'alternates',
  }
  for (const [key, name] of Object.entries(settings)) repo.git('config', key, command(name))
  repo.git('config', 'log.showSignature', 'true')
  repo.git('config', 'core.untrackedCache', 'true')
  for (const name of hooks)
    writeFileSync(join(repo.clone, '.git/hooks', name), readFileSync(command(`hook-${name}`)), {
      mode: 0o755,
    })
  return { repo, ran: () => readdirSync(traps) }
}

test('reading and building a draft run nothing that the clone names', async () => {
  const { repo, ran } = trap()
  const opened = await git.open(repo.clone)
  const head = await opened.resolve('HEAD')
  const first = await opened.resolve('HEAD~1')
  await opened.head()
  await opened.branches()
  await opened.tracked('main')
  await opened.commit(head)
  await opened.message(head)
  await opened.changed(first, head)
  await opened.files(first, head)
  await (await opened.tree(head)).read('app/a.yaml')
  for await (const _ of opened.log({ tip: head, firstParent: true, paths: ['app'] })) await opened.identity()
  const { room, order } = await prepareQuietly(opened, head)
  await room.undo(head, [{ from: first, to: head }], ['app'])
  await room.returnTo(head, first, ['app'])
  await opened.rehearseFastForward('main', order.commit, room.env)
  await room.discard()
  opened.close()
  expect(ran()).toEqual([])
  // The traps are real: git by itself steps into them.
  repo.git('config', 'core.hooksPath', join(repo.clone, '.git/hooks'))
  repo.git('-c', 'core.fsmonitor=false', 'diff', 'HEAD~1', '--textconv', '--no-ext-diff')
  expect(ran()).toContain('textconv')
  repo.git('update-ref', 'refs/heads/other', head)
  expect(ran()).toContain('hook-reference-transaction')
  repo.remove()
})

/** The commit of `prepare` is the confirmed one and runs commit-msg; a preview does not. */
async function prepareQuietly(opened: Awaited<ReturnType<typeof git.open>>, head: string) {
  const room = await opened.draft()
  const tree = await room.edit(head, [{ path: 'app/a.yaml', bytes: Buffer.from('a: 3\n') }])
  const made = await room.commit(tree, head, { subject: 's', body: '', trailers: [] }, 'preview')
  return { room, order: { commit: made.oid } }
}

test('what a fetch or push would run is listed, with credentials masked', async () => {
  const { repo } = trap()
  repo.git('config', 'http.proxy', 'http://ada:hunter2@proxy:3128')
  repo.git('config', 'url.https://ada:hunter2@example.com/.insteadOf', 'gh:')
  const opened = await git.open(repo.clone)
  const listed = (await opened.networkCommands()).join('\n')
  for (const word of [
    'core.sshcommand=',
    'credential.helper=',
    'core.fsmonitor=',
    'merge.trap.driver=',
    'hook commit-msg',
  ])
    expect(listed).toContain(word)
  expect(listed).not.toContain('hunter2')
  opened.close()
  repo.remove()
})

test('a fetch of a trusted clone runs no hooks and leaves FETCH_HEAD to its owner', async () => {
  const { repo, ran } = trap()
  repo.at(repo.dir, 'clone', '-q', repo.remote, 'colleague')
  const colleague = join(repo.dir, 'colleague')
  repo.at(
    colleague,
    '-c',
    'user.name=C',
    '-c',
    'user.email=c@x',
    'commit',
    '-q',
    '--allow-empty',
    '-m',
    'new',
  )
  repo.at(colleague, 'push', '-q')
  const opened = await git.open(repo.clone)
  await opened.fetch('origin')
  expect((await opened.tracked('main')).tip).toBe(repo.remoteTip())
  expect(ran()).toEqual([])
  expect(existsSync(join(repo.clone, '.git/FETCH_HEAD'))).toBe(false)
  opened.close()
  repo.remove()
})

test('variables that point git elsewhere are not inherited', async () => {
  const repo = createTestRepo()
  const other = createTestRepo()
  const oid = repo.commit('one', { a: '1' })
  const lost = createTestGit({
    env: {
      ...process.env,
      GIT_DIR: join(other.clone, '.git'),
      GIT_WORK_TREE: other.clone,
      GIT_INDEX_FILE: '/nowhere',
      GIT_OBJECT_DIRECTORY: '/nowhere',
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'core.bare',
      GIT_CONFIG_VALUE_0: 'true',
    },
  })
  const opened = await lost.open(repo.clone)
  expect(await opened.head()).toEqual({ kind: 'branch', branch: 'main', oid })
  const { room } = await prepare(opened, oid, { a: '2' })
  await room.discard()
  lost.close()
  repo.remove()
  other.remove()
})
