import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { CallError } from '#contract'
import type { Draft, LandingMode } from '#contract'
import { deployment, landDraft, openLandingScene, scaleDraft } from '../../helpers/landing-scene.ts'
import type { LandingScene } from '../../helpers/landing-scene.ts'

// The user works in the same clone while a draft is open. What lands afterwards is exactly what was shown, or nothing, with a code; what the
// user did stays as it is.

let scene: LandingScene | undefined
afterEach(async () => {
  await scene?.session.close()
  scene?.repo.remove()
  scene = undefined
})

/** A file of the user's beside the draft, changed and not committed; and one that git does not know. */
const mine = { 'other.txt': 'mine, not committed\n', 'untracked.txt': 'mine too\n' }

async function open(landing: LandingMode): Promise<LandingScene & { readonly draft: Draft }> {
  scene = await openLandingScene()
  const draft = await scaleDraft(scene, landing)
  expect(draft.files.map(({ path }) => path)).toEqual(['web/web.yaml'])
  return Object.assign(scene, { draft })
}

type Ended = string

/** Lands it: `landed`, or the code that it was refused or stopped with. */
async function ended(opened: LandingScene & { readonly draft: Draft }): Promise<Ended> {
  try {
    const operation = await landDraft(opened, opened.draft)
    return operation.state === 'done' ? 'landed' : (operation.failure?.code ?? operation.state)
  } catch (error) {
    if (error instanceof CallError) return error.failure.code
    throw error
  }
}

/** The commit that landed changes what was shown, and nothing else. */
function expectShown({ repo, draft }: LandingScene & { readonly draft: Draft }, tip: string): void {
  const at = (...words: readonly string[]) => repo.at(repo.remote, ...words)
  const asks = draft.landing.mode === 'local' ? repo.git : at
  expect(asks('diff-tree', '-r', '--name-only', `${tip}^`, tip).split('\n')).toEqual(['web/web.yaml'])
  const [file] = draft.files
  expect(`${asks('show', `${tip}:web/web.yaml`)}\n`).toBe(file?.after)
}

const modes = ['push', 'local'] as const
const user: readonly (readonly [
  string,
  (work: LandingScene) => void,
  Readonly<Record<(typeof modes)[number], Ended>>,
])[] = [
  [
    'commits elsewhere on the tracked branch',
    ({ repo }) => void repo.commit('elsewhere', { 'notes.md': 'n\n' }),
    { push: 'landed', local: 'landed' },
  ],
  [
    'commits to the very file',
    ({ repo }) => void repo.commit('same file', { 'web/web.yaml': deployment('a:2', 2) }),
    { push: 'landed', local: 'DRAFT_STALE' },
  ],
  [
    'amends the tip',
    ({ repo }) => void repo.git('commit', '-q', '--amend', '-m', 'said better'),
    { push: 'landed', local: 'landed' },
  ],
  [
    'resets the branch to another history',
    ({ repo }) => {
      repo.git('switch', '-q', '--orphan', 'fresh')
      repo.commit('begin again', { 'web/web.yaml': deployment('z:1', 1) })
      repo.git('branch', '-q', '-f', 'main', 'fresh')
      repo.git('switch', '-q', 'main')
    },
    { push: 'landed', local: 'DRAFT_STALE' },
  ],
  [
    'is in the middle of a rebase',
    ({ repo }) => {
      repo.git('branch', 'theirs')
      repo.commit('mine', { 'notes.md': 'mine\n' })
      repo.git('switch', '-q', 'theirs')
      repo.commit('theirs', { 'notes.md': 'theirs\n' })
      repo.git('switch', '-q', 'main')
      expect(() => repo.git('rebase', '-q', 'theirs')).toThrow()
    },
    { push: 'landed', local: 'REPO_IN_PROGRESS' },
  ],
  [
    'puts changes aside with git stash',
    ({ repo }) => {
      repo.write({ 'other.txt': 'aside\n' })
      repo.git('stash', '-q')
    },
    { push: 'landed', local: 'landed' },
  ],
  [
    'switches to another branch',
    ({ repo }) => void repo.git('switch', '-q', '-c', 'another'),
    { push: 'landed', local: 'landed' },
  ],
  [
    'prunes with git gc --prune=now',
    ({ repo }) => void repo.git('gc', '-q', '--prune=now'),
    { push: 'landed', local: 'landed' },
  ],
  [
    'runs git maintenance',
    ({ repo }) => void repo.git('maintenance', 'run', '--quiet', '--task=gc', '--task=commit-graph'),
    { push: 'landed', local: 'landed' },
  ],
  [
    'repacks everything',
    ({ repo }) => void repo.git('repack', '-a', '-d', '-q'),
    { push: 'landed', local: 'landed' },
  ],
  [
    'moves the branch to a linked work tree',
    ({ repo }) => {
      repo.git('switch', '-q', '-c', 'another')
      repo.git('worktree', 'add', '-q', join(repo.dir, 'linked'), 'main')
    },
    { push: 'landed', local: 'landed' },
  ],
  [
    'deletes the tracked branch',
    ({ repo }) => {
      repo.git('switch', '-q', '-c', 'another')
      repo.git('branch', '-q', '-D', 'main')
    },
    { push: 'landed', local: 'DRAFT_STALE' },
  ],
  [
    'renames the tracked branch',
    ({ repo }) => void repo.git('branch', '-m', 'trunk'),
    { push: 'landed', local: 'DRAFT_STALE' },
  ],
]

describe.each(modes)('a draft to land by %s', (mode) => {
  test.each(user)('while the user %s', async (_, works, expected) => {
    const opened = await open(mode)
    const { repo, base } = opened
    works(opened)
    repo.write(mine)
    const before = {
      head: repo.git('rev-parse', 'HEAD'),
      branch: repo.git('branch', '--show-current'),
      stash: repo.git('stash', 'list'),
      reflog: repo.git('for-each-ref', '--format=%(refname) %(objectname)', 'refs/heads', 'refs/stash'),
    }
    expect(await ended(opened)).toBe(expected[mode])
    const tip = mode === 'local' ? tipOf(opened) : repo.remoteTip()
    if (expected[mode] === 'landed') expectShown(opened, tip)
    else
      expect(repo.git('for-each-ref', '--format=%(refname) %(objectname)', 'refs/heads', 'refs/stash')).toBe(
        before.reflog,
      )
    if (mode === 'local' || expected[mode] !== 'landed') expect(repo.remoteTip()).toBe(base)
    for (const [path, text] of Object.entries(mine))
      expect(readFileSync(join(repo.clone, path), 'utf8')).toBe(text)
    expect([repo.git('branch', '--show-current'), repo.git('stash', 'list')]).toEqual([
      before.branch,
      before.stash,
    ])
    // What the user had committed is there still, at the tip or below it.
    if (before.branch !== '') repo.git('merge-base', '--is-ancestor', before.head, 'HEAD')
    expect(repo.git('for-each-ref', 'refs/wheelhouse')).toBe('')
    expect(repo.fsck()).toBe('')
  })

  test('while the user deletes the clone', async () => {
    const opened = await open(mode)
    const { repo, base } = opened
    rmSync(repo.clone, { recursive: true })
    expect(await ended(opened)).toBe('REPO_MISSING')
    expect([repo.remoteTip(), existsSync(repo.clone)]).toEqual([base, false])
  })
})

function tipOf({ repo }: LandingScene): string {
  return repo.git('for-each-ref', '--format=%(objectname)', 'refs/heads/main')
}

test('a draft to land by push while the user points the remote elsewhere', async () => {
  const opened = await open('push')
  const { repo, base } = opened
  const other = join(repo.dir, 'other.git')
  repo.at(repo.dir, 'clone', '-q', '--bare', repo.remote, other)
  repo.git('remote', 'set-url', 'origin', other)
  expect(await ended(opened)).toBe('DRAFT_STALE')
  expect([repo.remoteTip(), repo.at(other, 'rev-parse', 'main')]).toEqual([base, base])
  expect(await ended({ ...opened, draft: await scaleDraft(opened, 'push') })).toBe('landed')
  expect([repo.remoteTip(), repo.at(other, 'rev-list', '--count', 'main')]).toEqual([base, '2'])
})
