import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import {
  codeOf,
  deployment,
  landDraft,
  onReceive,
  openForge,
  openLandingScene,
  scaleDraft,
} from '../../helpers/landing-scene.ts'
import type { LandingScene } from '../../helpers/landing-scene.ts'

// Others push while a draft is looked at, and while it is pushed: it goes on where nothing of what was shown is otherwise.

const scenes: LandingScene[] = []
afterEach(async () => {
  for (const { repo, session } of scenes.splice(0)) {
    await session.close()
    repo.remove()
  }
})

type Push = (path: string, text: string) => string

async function scene(): Promise<LandingScene & { readonly push: Push }> {
  const one = await openLandingScene()
  scenes.push(one)
  const at = openForge(one)
  const push: Push = (path, text) => {
    at('pull', '-q', '--ff-only')
    writeFileSync(join(at('rev-parse', '--show-toplevel'), path), text)
    at('add', '-A')
    at('commit', '-q', '-m', `theirs: ${path}`)
    at('push', '-q', 'origin', 'HEAD:main')
    return at('rev-parse', 'HEAD')
  }
  return Object.assign(one, { push })
}

test.each([
  ['unknown to the clone', false],
  ['fetched meanwhile', true],
])(
  'a commit elsewhere, %s: the same draft lands on top of it without being asked about again',
  async (_, fetched) => {
    const one = await scene()
    const { repo, session, app } = one
    const draft = await scaleDraft(one)
    const theirs = one.push('other.txt', 'two\n')
    if (fetched) await session.client.call('clones.fetch', { cloneId: app.spec.cloneId })
    const done = await landDraft(one, draft)
    expect(done.failure).toBeUndefined()
    expect(done.state).toBe('done')
    expect(repo.remoteTip()).toBe(done.commit)
    expect(repo.git('rev-parse', `${done.commit}^`)).toBe(theirs)
    expect(repo.git('diff-tree', '-r', '--name-only', '--no-commit-id', done.commit ?? '')).toBe(
      'web/web.yaml',
    )
    expect(repo.git('log', '-1', '--format=%B', done.commit ?? '')).toContain('Wheelhouse-App: web')
    expect([repo.git('rev-parse', 'main'), repo.git('status', '--porcelain')]).toEqual([done.commit, ''])
    expect(repo.git('for-each-ref', 'refs/wheelhouse')).toBe('')
    expect(repo.fsck()).toBe('')
  },
)

test.each([
  ['the very file', 'web/web.yaml', deployment('a:2', 2)],
  [
    'another file that the app reads',
    'web/more.yaml',
    'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: more\n',
  ],
])('a commit to %s: it is not landed, and has to be looked at again', async (_, path, text) => {
  const one = await scene()
  const { repo, session, app } = one
  const draft = await scaleDraft(one)
  const theirs = one.push(path, text)
  const failed = await landDraft(one, draft)
  expect([failed.state, failed.failure?.code]).toEqual(['failed', 'PUSH_REJECTED'])
  expect(failed.again).toEqual(draft.action)
  // Nothing of it is kept from gc.
  expect(repo.git('for-each-ref', 'refs/wheelhouse')).toBe('')
  expect(repo.remoteTip()).toBe(theirs)
  // The same with the newer tip known: refused before anything is begun.
  const second = await scaleDraft(one, undefined, 7)
  const later = one.push(path, text.replace('2', '3').replace('more', 'still-more'))
  await session.client.call('clones.fetch', { cloneId: app.spec.cloneId })
  expect(await codeOf(landDraft(one, second))).toBe('DRAFT_STALE')
  expect(repo.remoteTip()).toBe(later)
  expect(repo.git('status', '--porcelain')).toBe('')
})

test('somebody who pushes before each of our pushes delays it, and nobody is forced', async () => {
  const one = await scene()
  const { repo } = one
  const draft = await scaleDraft(one)
  // The remote moves under the first three pushes: what others do in a busy hour.
  const count = join(repo.dir, 'count')
  writeFileSync(count, '')
  onReceive(
    repo,
    `unset GIT_QUARANTINE_PATH GIT_OBJECT_DIRECTORY GIT_ALTERNATE_OBJECT_DIRECTORIES
n=$(wc -c < ${count}); test "$n" -ge 3 && exit 0
printf x >> ${count}
tree=$(git rev-parse main^{tree})
new=$(git -c user.name=x -c user.email=x@example.com commit-tree -p main -m "theirs $n" "$tree") && git update-ref refs/heads/main "$new"
exit 0`,
  )
  const done = await landDraft(one, draft)
  expect([done.state, done.failure]).toEqual(['done', undefined])
  expect(repo.at(repo.remote, 'log', '--format=%s', 'main').split('\n')).toEqual([
    draft.message.subject,
    'theirs 2',
    'theirs 1',
    'theirs 0',
    'one',
  ])
})
