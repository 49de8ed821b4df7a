import { sha256 } from '../app-render.ts'
import type { BuiltDraft } from './build.ts'

/**
 * What an operator has seen of a draft, as one hash: the bytes of each file on both sides, the render, the words and the questions. Made again on
 * a newer tip, a draft of the same proof is the same draft: nothing of what was approved is otherwise.
 */
export async function proofOf({ draft, room }: BuiltDraft): Promise<string> {
  const changed = await room.changed(draft.base, draft.preview)
  const { mode, remote, branch } = draft.landing
  const { message, renderedHash, shared, needs, conflicts, problems, blocks, along } = draft
  const bytes = changed.map(({ path, from, to }) => [path, from.mode, from.oid, to.mode, to.oid])
  return sha256(
    JSON.stringify([
      mode,
      remote ?? '',
      branch,
      bytes,
      renderedHash ?? '',
      message,
      shared,
      needs,
      conflicts,
      problems,
      blocks,
      along ?? [],
    ]),
  )
}
