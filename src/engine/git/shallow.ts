import { AppError } from '#contract'
import { emptyTree } from './changed.ts'
import { readShallow } from './kinds.ts'
import type { Place } from './place.ts'
import type { Reversal } from './undo.ts'

/**
 * At the end of a shallow clone a commit looks as if it had brought every file: taking it back would remove them all. `REPO_SHALLOW` says
 * that the commit before is not here.
 */
export async function refuseShallow(place: Place, reversals: readonly Reversal[]): Promise<void> {
  const ends = await readShallow(place)
  const cut = reversals.find(({ from, to }) => from === emptyTree && ends.has(to))
  if (cut !== undefined)
    throw new AppError('REPO_SHALLOW', {
      message: `${cut.to}: this clone does not have the commit before it.`,
      subject: cut.to,
      action: 'open-settings',
    })
}
