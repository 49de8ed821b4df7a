import { z } from 'zod'

/**
 * A path where the undo meets a later change. The three sides: `ours` = what the branch has, `base` = what the commit made, `theirs` = what
 * was before it; absent = the file is not there. All texts are masked; `editable` is false where masking hid something, or the file is no
 * text of its own (LFS, git-crypt, SOPS, a link). `merged`: a start for editing, with git's conflict markers. `token` names exactly these
 * three sides: a resolution sends it back, and holds only for them.
 */
export const Conflict = z
  .object({
    path: z.string(),
    why: z.string(),
    token: z.string(),
    ours: z.string().optional(),
    base: z.string().optional(),
    theirs: z.string().optional(),
    merged: z.string().optional(),
    editable: z.boolean(),
  })
  .readonly()
export type Conflict = z.infer<typeof Conflict>

/** How one conflict ends: a whole side, or a text that somebody wrote. */
export const Resolution = z.discriminatedUnion('take', [
  z.object({ take: z.enum(['ours', 'theirs']), path: z.string(), token: z.string() }).readonly(),
  z
    .object({
      take: z.literal('text'),
      path: z.string(),
      token: z.string(),
      text: z.string().max(2_000_000),
    })
    .readonly(),
])
export type Resolution = z.infer<typeof Resolution>
