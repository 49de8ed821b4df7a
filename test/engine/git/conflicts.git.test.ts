import { afterAll, expect, test } from 'vitest'
import { emptyTree } from '../../../src/engine/git/index.ts'
import { createTestGit, createTestRepo } from '../../helpers/repo.ts'
import { grow, random } from '../../helpers/history.ts'
import type { TestRepo } from '../../helpers/repo.ts'

// The quick look at an undo's conflicts answers what the undo does.

const git = createTestGit()
const repos: TestRepo[] = []
afterAll(() => {
  git.close()
  for (const repo of repos) repo.remove()
})

test(
  'conflicts are those of the undo, for every commit of a random history',
  { timeout: 300_000 },
  async () => {
    const repo = createTestRepo()
    repos.push(repo)
    repo.commit('attributes', { '.gitattributes': 'README -merge\n' })
    const history = grow(repo, random(5), 22)
    const head = history.at(-1) ?? ''
    const opened = await git.open(repo.clone)
    const [quick, whole] = [await opened.rehearsal(), await opened.draft()]
    const here = new Map((await whole.entries(head, ['.'])).map((entry) => [entry.path, entry]))
    const absent = { mode: '000000', oid: '0'.repeat(40) }
    let conflicts = 0
    for (const oid of history) {
      const [parent = emptyTree] = (await opened.commit(oid)).parents
      const reversal = { from: parent, to: oid }
      const changed = await opened.changed(parent, oid)
      const hard = changed
        .map((path) => ({ ...path, here: here.get(path.path) ?? absent }))
        .filter(
          ({ here: now, from, to }) =>
            ![from, to].some((side) => side.oid === now.oid && side.mode === now.mode),
        )
        .map(({ here: { mode, oid: blob }, ...path }) => ({ ...path, here: { mode, oid: blob } }))
      const found = await quick.conflicts(head, reversal, hard)
      const undone = await whole.undo(head, [reversal], ['.'])
      expect(found, oid).toEqual(undone.conflicts.map(({ path }) => path).toSorted())
      if (found.length > 0) conflicts += 1
    }
    expect([conflicts > 3, conflicts < history.length]).toEqual([true, true])
    await Promise.all([quick.discard(), whole.discard()])
    expect(repo.fsck()).toBe('')
  },
)
