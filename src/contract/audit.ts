import { z } from 'zod'
import { SyncRecord } from './app.ts'
import { Problem, RenderedChange } from './resource.ts'
import { Commit } from './revision.ts'

const Day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'a day as 2026-11-23')

/** What is asked about: commits after `from` up to `to` (any revisions), and days of UTC, both included. At most `limit` commits, newest first. */
export const AuditRequest = z
  .object({
    appId: z.string(),
    from: z.string().min(1).max(500).optional(),
    to: z.string().min(1).max(500).optional(),
    since: Day.optional(),
    until: Day.optional(),
    limit: z.number().int().positive().max(10_000).optional(),
  })
  .strict()
  .readonly()
export type AuditRequest = z.infer<typeof AuditRequest>

/** Who changed what when: a commit with what it changed in rendered terms, or a sync with what came of it. */
export const AuditEntry = z.discriminatedUnion('kind', [
  z
    .object({
      kind: z.literal('commit'),
      at: z.string(),
      commit: Commit,
      /** Of the trailer `Wheelhouse-Action`; absent for commits that others made. */
      action: z.string().optional(),
      effect: z.enum(['changed', 'none', 'unknown']),
      changes: z.array(RenderedChange).readonly(),
    })
    .readonly(),
  z.object({ kind: z.literal('sync'), at: z.string(), context: z.string(), record: SyncRecord }).readonly(),
])
export type AuditEntry = z.infer<typeof AuditEntry>

/** Newest first. `problems`: what could not be read, so that a gap is not taken for silence. `more`: the limit cut it short. */
export const Audit = z
  .object({
    app: z.string(),
    entries: z.array(AuditEntry).readonly(),
    problems: z.array(Problem).readonly(),
    more: z.boolean(),
  })
  .readonly()
export type Audit = z.infer<typeof Audit>
