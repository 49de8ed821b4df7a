import type { Conflict, Oid } from '#contract'
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
export type Merged = { readonly edits: readonly TreeEdit[]; readonly conflicts: readonly Conflict[] }

export const overlap = 'The same lines were changed again since.'
