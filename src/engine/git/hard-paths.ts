import type { Oid } from '#contract'
import type { ChangedPath } from './changed.ts'
import type { Quarantine } from './quarantine.ts'
import type { TreeEdit } from './write-tree.ts'

/** Paths whose head equals neither side of the change that is taken back. */
export type HardRequest = {
  readonly cwd: string
  readonly quarantine: Quarantine
  readonly base: Oid
  readonly head: ReadonlyMap<string, ChangedPath['to']>
  readonly hard: readonly ChangedPath[]
  readonly version: readonly [number, number]
}
/** Where two changes meet; `hunk` is the file with git's markers, unmasked. */
type Overlap = { readonly path: string; readonly why: string; readonly hunk?: string }
export type Merged = { readonly edits: readonly TreeEdit[]; readonly conflicts: readonly Overlap[] }

/** A conflict with its three sides, as they are stored. */
export type FoundConflict = Overlap & {
  readonly token: string
  readonly sides: {
    readonly ours: ChangedPath['to']
    readonly base: ChangedPath['to']
    readonly theirs: ChangedPath['to']
  }
}

export const overlap = 'The same lines were changed again since.'
