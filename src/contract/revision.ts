import { z } from 'zod'

/** A full object id: 40 hex digits, or 64 in a sha256 repository. */
export const Oid = z.string().regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/, 'a full commit id (40 or 64 hex digits)')
export type Oid = z.infer<typeof Oid>

/** One commit as lists show it. Times are ISO 8601 with offset, as Git recorded them. */
export const Commit = z.object({
  oid: Oid,
  parents: z.array(Oid).readonly(),
  author: z.object({ name: z.string(), email: z.string() }).readonly(),
  authoredAt: z.string(),
  committedAt: z.string(),
  subject: z.string(),
})
export type Commit = Readonly<z.infer<typeof Commit>>

/** Text of one file on both sides of a change; absent = the file is not there. Secret values are masked. */
export const FileDiff = z.object({
  path: z.string(),
  before: z.string().optional(),
  after: z.string().optional(),
  /** The bytes are not text or too large to show; `before` and `after` then hold a one-line description. */
  opaque: z.boolean(),
})
export type FileDiff = Readonly<z.infer<typeof FileDiff>>
