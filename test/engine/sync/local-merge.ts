import { createWasmMerge } from '../../../src/engine/sync/index.ts'
import { testPool } from '../render/test-pool.ts'

/** Upstream's merge in the committed module; its worker does not keep a run from ending. */
export const localMerge = createWasmMerge(testPool())
