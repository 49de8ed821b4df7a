import { createHash } from 'node:crypto'
import { AppError } from '#contract'
import type { Resolution } from '#contract'
import type { ChangedPath } from './changed.ts'
import { whyNotByHand } from './edit.ts'
import type { FoundConflict } from './hard-paths.ts'
import { writeBlob } from './quarantine.ts'
import type { Quarantine } from './quarantine.ts'
import type { GitRunner } from './runner.ts'
import type { TreeEdit } from './write-tree.ts'

type Sides = FoundConflict['sides']

/** Names one conflict by its path and the three sides: another commit on the branch that leaves them alone leaves the token alone. */
export function tokenOf(path: string, sides: Sides): string {
  const { ours, base, theirs } = sides
  return createHash('sha256')
    .update(
      JSON.stringify(
        [path, ours, base, theirs].map((side) => (typeof side === 'string' ? side : [side.mode, side.oid])),
      ),
    )
    .digest('hex')
    .slice(0, 20)
}

/** The entry that a resolution gives its path. `EDIT_REFUSED` for a text that still has git's markers. */
export async function resolvedEdit(
  git: GitRunner,
  place: { readonly cwd: string; readonly quarantine: Quarantine },
  sides: Sides,
  resolution: Resolution,
): Promise<TreeEdit> {
  const { path } = resolution
  switch (resolution.take) {
    case 'ours':
      return { path, ...sides.ours }
    case 'theirs':
      return { path, ...sides.theirs }
    case 'text':
      if (/^(?:<{7} |={7}$|>{7} )/m.test(resolution.text))
        throw new AppError('EDIT_REFUSED', { message: `${path} still has conflict markers.`, subject: path })
      await refuseHidden(git, place, path, sides)
      return {
        path,
        mode: modeOf(sides),
        oid: await writeBlob(git, place.cwd, place.quarantine, Buffer.from(resolution.text)),
      }
    default:
      return resolution satisfies never
  }
}

/** A window is never trusted: what is not shown whole is not written by hand. */
async function refuseHidden(
  git: GitRunner,
  { cwd, quarantine }: { readonly cwd: string; readonly quarantine: Quarantine },
  path: string,
  sides: Sides,
): Promise<void> {
  for (const { mode, oid } of [sides.ours, sides.base, sides.theirs]) {
    if (mode === '000000') continue
    const { stdout } = await git.run(['cat-file', 'blob', oid], { cwd, env: quarantine.env })
    const why = whyNotByHand(mode, stdout)
    if (why !== undefined) throw new AppError('EDIT_REFUSED', { message: `${path}: ${why}.`, subject: path })
  }
}

/** That of the branch; where it is gone there, that of what was before. */
function modeOf({ ours, theirs }: Sides): ChangedPath['to']['mode'] {
  return [ours, theirs].find(({ mode }) => mode.startsWith('100'))?.mode ?? '100644'
}
