import { join } from 'node:path'
import type { HardRequest } from './hard-paths.ts'
import type { GitRunner } from './runner.ts'
import { writeTree } from './write-tree.ts'

const plainText = new Set(['unspecified', 'set', 'text'])

/**
 * Paths whose merge a `.gitattributes` of `base` gives to somebody else (`-merge`, `merge=union`, a driver): such a driver is a command of the
 * clone's configuration, which is not run here, and merging as text in its place would be a guess.
 */
export async function readMergeRules(
  git: GitRunner,
  request: Pick<HardRequest, 'cwd' | 'quarantine' | 'base' | 'hard'>,
): Promise<ReadonlyMap<string, string>> {
  const { cwd, quarantine, base, hard } = request
  await writeTree(git, { cwd, quarantine, base, edits: [] })
  const { stdout } = await git.run(['check-attr', '-z', '--cached', '--stdin', 'merge'], {
    cwd,
    env: { ...quarantine.env, GIT_INDEX_FILE: join(quarantine.dir, 'index') },
    input: hard.map(({ path }) => `${path}\0`).join(''),
  })
  const fields = new TextDecoder().decode(stdout).split('\0')
  const rules = new Map<string, string>()
  for (let at = 0; at + 2 < fields.length; at += 3) {
    const [path = '', , value = ''] = fields.slice(at, at + 3)
    if (!plainText.has(value)) rules.set(path, value === 'unset' ? '-merge' : `merge=${value}`)
  }
  return rules
}
