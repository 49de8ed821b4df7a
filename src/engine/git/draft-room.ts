import type { FileDiff, Oid, Resolution } from '#contract'
import { boundTrees } from './bound-tree.ts'
import { readConflicts } from './conflicts.ts'
import type { HardPath, KnownRules } from './conflicts.ts'
import { readConfig } from './config.ts'
import { createCatFile } from './cat-file.ts'
import { readChangedPaths } from './changed.ts'
import type { ChangedPath } from './changed.ts'
import { readFileEntries } from './entries.ts'
import { fileEdits } from './edit.ts'
import type { FileEdit } from './edit.ts'
import { readFileDiffs } from './file-diff.ts'
import { refuseShallow } from './shallow.ts'
import { identityOf } from './identity.ts'
import { storeAndHold } from './land.ts'
import type { LandOrder } from './land-order.ts'
import { formatMessage, runMessageHook } from './message.ts'
import type { Message } from './message.ts'
import type { Place } from './place.ts'
import { writeCommit } from './quarantine.ts'
import type { Quarantine } from './quarantine.ts'
import { atLeast } from './runner.ts'
import type { GitRunner } from './runner.ts'
import { returnEdits } from './return-to.ts'
import { readSigning } from './signing.ts'
import { createSubmodules } from './submodules.ts'
import { createObjectReader, createTreeSource } from './tree.ts'
import type { TreeSource } from './tree.ts'
import { undoTree } from './undo.ts'
import type { Reversal, UndoResult } from './undo.ts'
import { writeTree } from './write-tree.ts'
import type { TreeEdit } from './write-tree.ts'

type MadeCommit = { readonly oid: Oid; readonly skippedHooks: readonly string[] }

/** Everything that builds a draft: its objects live in a folder of ours until `store`. */
export type DraftRoom = {
  /** Its folder: put it on record, so that `Repo.reopen` and `Repo.resume` find it again. */
  readonly dir: string
  readonly env: Readonly<Record<string, string>>
  /** Tree of `base` with `paths` as they were at `target`; equal to `base`'s tree when nothing differs. No paths = nothing. */
  readonly returnTo: (base: Oid, target: Oid, paths: readonly string[]) => Promise<Oid>
  /** Takes changes back, newest first; where paths meet later changes the answer lists `conflicts` and is not to be committed. */
  readonly undo: (
    base: Oid,
    reversals: readonly Reversal[],
    paths: readonly string[],
    resolutions?: readonly Resolution[],
  ) => Promise<UndoResult>
  /** The paths among these in which `undo` of one change would conflict, found with a fraction of its work (see conflicts.ts). */
  readonly conflicts: (base: Oid, reversal: Reversal, hard: readonly HardPath[]) => Promise<readonly string[]>
  /** Tree of `base` with these files' bytes; modes stay. `EDIT_REFUSED` for LFS pointers, git-crypt, symbolic links. */
  readonly edit: (base: Oid, files: readonly FileEdit[]) => Promise<Oid>
  /** Files at these paths and below them. */
  readonly entries: (tree: Oid, paths: readonly string[]) => Promise<readonly TreeEdit[]>
  /** Tree of `base` with these entries set; mode `000000` removes one. `REPO_UNSUPPORTED` (see write-tree.ts). */
  readonly write: (base: Oid, edits: readonly TreeEdit[]) => Promise<Oid>
  readonly tree: (tree: Oid) => TreeSource
  readonly blob: (oid: Oid) => Promise<Uint8Array>
  readonly files: (from: Oid, to: Oid) => Promise<readonly FileDiff[]>
  /** Paths that differ, as raw modes and oids. */
  readonly changed: (from: Oid, to: Oid) => Promise<readonly ChangedPath[]>
  /**
   * Makes the commit; `GIT_IDENTITY_MISSING`, `GIT_SIGNING_UNSUPPORTED`, `GIT_SIGNING_FAILED`, `MESSAGE_REFUSED` by the
   * commit-msg hook. A `preview` runs no hook and is not signed.
   */
  readonly commit: (tree: Oid, base: Oid, message: Message, kind?: 'preview' | 'final') => Promise<MadeCommit>
  /** Copies the commit into the clone and holds it there: what follows is `Repo.landHeld`. */
  readonly store: (request: LandOrder) => Promise<void>
  readonly discard: () => Promise<void>
}

export function draftRoom(
  git: GitRunner,
  place: Place,
  options: {
    readonly quarantine: Quarantine
    readonly version: readonly [number, number]
    /** The repository's own `boundTrees`, which knows most trees already. */
    readonly bound?: (commit: Oid) => Promise<void>
  },
): DraftRoom {
  const cwd = place.path
  const { quarantine, version } = options
  const cat = createCatFile(git, cwd, quarantine.env)
  const reader = createObjectReader(cat)
  const bound = options.bound ?? boundTrees(cat)
  const submodules = createSubmodules(git, place)
  const known: KnownRules = { base: '', rules: new Map() }
  return {
    dir: quarantine.dir,
    env: quarantine.env,
    returnTo: async (base, target, paths) => {
      await bound(base)
      const edits = await returnEdits(git, { cwd, base, target, paths })
      return writeTree(git, { cwd, quarantine, base, edits })
    },
    undo: async (base, reversals, paths, resolutions) => {
      await Promise.all([bound(base), refuseShallow(place, reversals)])
      return undoTree(git, { cwd, quarantine, base, reversals, paths, resolutions, version })
    },
    conflicts: async (base, reversal, hard) => {
      await Promise.all([bound(base), refuseShallow(place, [reversal])])
      if (atLeast(version, [2, 38]) && base.length === 40)
        return readConflicts(git, { cwd, quarantine, base, hard, known })
      const paths = hard.map(({ path }) => path)
      const { conflicts } = await undoTree(git, {
        cwd,
        quarantine,
        base,
        reversals: [reversal],
        paths,
        version,
      })
      return conflicts.map(({ path }) => path)
    },
    blob: reader.blob,
    edit: async (base, files) => {
      await bound(base)
      const edits = await fileEdits(git, { cwd, quarantine, base, files, read: reader.blob })
      return writeTree(git, { cwd, quarantine, base, edits })
    },
    entries: (tree, paths) => readFileEntries(git, { cwd, tree, paths, env: quarantine.env }),
    write: async (base, edits) => {
      await bound(base)
      return writeTree(git, { cwd, quarantine, base, edits })
    },
    tree: (tree) => createTreeSource(reader, tree, submodules.open),
    files: (from, to) => readFileDiffs(git, cat, { cwd, from, to, env: quarantine.env }),
    changed: (from, to) => readChangedPaths(git, { cwd, from, to, env: quarantine.env }),
    commit: async (tree, base, message, kind = 'final') => {
      const config = await readConfig(git, cwd)
      identityOf(config, cwd)
      const signing = await readSigning(git, cwd, { config, version })
      const hooked = await runMessageHook(git, {
        place,
        quarantine,
        message: formatMessage(message),
        version,
        preview: kind === 'preview',
      })
      // A preview goes away with its draft: nobody is asked for a passphrase for it.
      const sign = kind === 'final' ? signing : undefined
      const parents = [base]
      const oid = await writeCommit(git, { cwd, quarantine, tree, parents, message: hooked.message, sign })
      return { oid, skippedHooks: hooked.skipped }
    },
    store: (request) => storeAndHold(git, { ...request, place, quarantine }),
    discard: async () => {
      submodules.close()
      cat.close()
      await quarantine.discard()
    },
  }
}
