import type { ChangedPath } from './changed.ts'
import type { HardRequest, Merged } from './hard-paths.ts'
import { readMergeRules } from './merge-rules.ts'
import { mergeByFile } from './merge-file.ts'
import { mergeByTree } from './merge-tree.ts'
import { atLeast } from './runner.ts'
import type { GitRunner } from './runner.ts'

/** Three-way merge of paths that were changed again since: ours = head, base = `to`, theirs = `from`. Paths merge each for itself. */
export async function mergeHardPaths(git: GitRunner, request: HardRequest): Promise<Merged> {
  if (request.hard.length === 0) return { edits: [], conflicts: [] }
  const rules = await readMergeRules(git, request)
  const conflicts: Merged['conflicts'][number][] = []
  const content: ChangedPath[] = []
  for (const path of request.hard) {
    const why = whyNoText(path, request.head.get(path.path), rules.get(path.path))
    if (why === undefined) content.push(path)
    else conflicts.push({ path: path.path, why })
  }
  if (content.length === 0) return { edits: [], conflicts }
  const merge = atLeast(request.version, [2, 38]) ? mergeByTree : mergeByFile
  const merged = await merge(git, { ...request, hard: content })
  return { edits: merged.edits, conflicts: [...conflicts, ...merged.conflicts] }
}

/** Why these sides are not merged as text; undefined = they are. */
export function whyNoText(
  path: ChangedPath,
  here: ChangedPath['to'] | undefined,
  rule: string | undefined,
): string | undefined {
  const sides = [here, path.from, path.to]
  if (sides.some((side) => side === undefined || side.mode === '000000'))
    return 'It was removed on one side and changed on the other.'
  if (sides.some((side) => side?.mode !== here?.mode || side?.mode.startsWith('100') !== true))
    return 'Its kind or mode was changed too.'
  return rule === undefined
    ? undefined
    : `It was changed again since, and .gitattributes merges it in its own way (${rule}).`
}
