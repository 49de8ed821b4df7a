import type { Oid, TransferProgress } from '#contract'
import type { Place } from './place.ts'

/** The steps of landing in their order: each is announced before its first effect, so that a killed process can go on. */
export type LandStep = 'store' | 'hold' | 'push' | 'update' | 'fast-forward' | 'release'

/** What is landed and where. The same order, put on record, is what a landing is resumed with. */
export type LandOrder = {
  readonly commit: Oid
  /** Parent of `commit` and, exactly, where the branch is on the remote (or locally, without one). */
  readonly base: Oid
  /** The local branch. */
  readonly branch: string
  /** `undefined` = local landing. */
  readonly remote: { readonly name: string; readonly branch: string; readonly ref: string } | undefined
  /** Names the ref that holds the objects, `refs/wheelhouse/<holdName>`: one for each draft. */
  readonly holdName: string
  readonly onStep: (step: LandStep) => Promise<void>
  readonly signal?: AbortSignal | undefined
  /** How far the push is. */
  readonly onProgress?: ((progress: TransferProgress) => void) | undefined
}

export type LandRequest = LandOrder & { readonly place: Place; readonly version: readonly [number, number] }
