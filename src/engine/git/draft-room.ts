import type { FileDiff, Oid } from '#contract'
import { createCatFile } from './cat-file.ts'
import { createCatFs } from './cat-fs.ts'
import { readFileDiffs } from './file-diff.ts'
import { readIdentity } from './identity.ts'
import { storeAndHold } from './land.ts'
import type { LandRequest } from './land.ts'
import { formatMessage, runMessageHook } from './message.ts'
import type { Message } from './message.ts'
import type { Place } from './place.ts'
import { openQuarantine, refuseSigning, writeBlob, writeCommit, writeTree } from './quarantine.ts'
import type { GitRunner } from './runner.ts'
import { returnEdits } from './return-to.ts'
import { createObjectReader, createTreeSource } from './tree.ts'
import type { TreeSource } from './tree.ts'
import { undoTree } from './undo.ts'
import type { Reversal, UndoResult } from './undo.ts'

/** Everything that builds a draft: its objects live in a folder of ours until `store`. */
export type DraftRoom = {
  readonly dir: string
  readonly env: Readonly<Record<string, string>>
  /** Tree of `base` with `paths` as they were at `target`; equal to `base`'s tree when nothing differs. */
  readonly returnTo: (base: Oid, target: Oid, paths: readonly string[]) => Promise<Oid>
  readonly undo: (base: Oid, reversals: readonly Reversal[], paths: readonly string[]) => Promise<UndoResult>
  /** Tree of `base` with these files' bytes; modes stay. */
  readonly edit: (
    base: Oid,
    files: readonly { readonly path: string; readonly bytes: Uint8Array; readonly mode?: string }[],
  ) => Promise<Oid>
  readonly tree: (tree: Oid) => TreeSource
  readonly files: (from: Oid, to: Oid) => Promise<readonly FileDiff[]>
  /** Makes the commit; `GIT_IDENTITY_MISSING`, `GIT_SIGNING_UNSUPPORTED`, a hook's refusal as `GIT_FAILED`. */
  readonly commit: (
    tree: Oid,
    base: Oid,
    message: Message,
  ) => Promise<{ readonly oid: Oid; readonly skippedHooks: readonly string[] }>
  /** Copies the commit into the clone and holds it there: what follows is `Repo.landHeld`. */
  readonly store: (request: Omit<LandRequest, 'quarantine' | 'place'>) => Promise<void>
  readonly discard: () => Promise<void>
}

export async function draftRoom(
  git: GitRunner,
  place: Place,
  options: { readonly parent: string; readonly version: readonly [number, number] },
): Promise<DraftRoom> {
  const cwd = place.path
  const quarantine = await openQuarantine(place, options.parent)
  const cat = createCatFile(git, cwd, quarantine.env)
  const reader = createObjectReader(createCatFs(cat))
  return {
    dir: quarantine.dir,
    env: quarantine.env,
    returnTo: async (base, target, paths) =>
      writeTree(git, { cwd, quarantine, base, edits: await returnEdits(git, { cwd, base, target, paths }) }),
    undo: (base, reversals, paths) =>
      undoTree(git, { cwd, quarantine, base, reversals, paths, version: options.version }),
    edit: async (base, files) => {
      const edits = await Promise.all(
        files.map(async ({ path, bytes, mode }) => ({
          path,
          mode: mode ?? '100644',
          oid: await writeBlob(git, cwd, quarantine, bytes),
        })),
      )
      return writeTree(git, { cwd, quarantine, base, edits })
    },
    tree: (tree) => createTreeSource(reader, tree),
    files: (from, to) => readFileDiffs(git, cat, { cwd, from, to, env: quarantine.env }),
    commit: async (tree, base, message) => {
      await readIdentity(git, cwd)
      await refuseSigning(git, cwd)
      const hooked = await runMessageHook(git, {
        place,
        quarantine,
        message: formatMessage(message),
        version: options.version,
      })
      const oid = await writeCommit(git, { cwd, quarantine, tree, parents: [base], message: hooked.message })
      return { oid, skippedHooks: hooked.skipped }
    },
    store: (request) => storeAndHold(git, { ...request, place, quarantine }),
    discard: async () => {
      cat.close()
      await quarantine.discard()
    },
  }
}
