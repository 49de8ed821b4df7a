import { z } from 'zod'
import { RenderedChange } from '#contract'
import { createKeptLines } from './kept-lines.ts'
import type { KeptLines } from './kept-lines.ts'

/** What a commit changed, for commits that could be rendered on both sides. No manifests and no secret values: only a row's words. */
const Effect = z.object({
  effect: z.enum(['changed', 'none']),
  changes: z.array(RenderedChange).readonly(),
  problem: z.string().optional(),
})

/** Effects of commits, so that a timeline that was rendered once is told without rendering. One file for all apps. */
export type EffectStore = KeptLines<z.infer<typeof Effect>>

/** `version`: of what renders. About 50,000 rows. */
export function createEffectStore(file: string, version: string): EffectStore {
  return createKeptLines(file, { version, schema: Effect, maxBytes: 16 * 1024 * 1024 })
}

/** The folders that an app was last seen to read, so that its list is whole before its newest state is rendered. */
export type FolderStore = KeptLines<readonly string[]>

/** Some thousand apps. */
export function createFolderStore(file: string): FolderStore {
  return createKeptLines(file, {
    version: '1',
    schema: z.array(z.string()).readonly(),
    maxBytes: 1024 * 1024,
  })
}
