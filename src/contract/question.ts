import { z } from 'zod'

/**
 * What git or ssh asks while it does what the operator asked for. The answer goes to that one process, and nowhere else: it is neither
 * stored nor logged, and no call hands it out again.
 */
export const Question = z
  .object({
    id: z.string(),
    kind: z.enum(['username', 'password', 'passphrase', 'host-key', 'confirm', 'touch', 'other']),
    /** What it is asked for: the remote's address, the key's file, the host. */
    subject: z.string(),
    /** What asks, as a person would name it: `git push origin`. */
    command: z.string(),
    /** The clone in which it runs. */
    clone: z.string(),
    /** The program's own words, without escapes and credentials. */
    words: z.string(),
    /** Of an unknown host key. */
    fingerprint: z.string().optional(),
    /** The same was asked before in this run: the answer was refused. */
    again: z.boolean(),
    /** When it counts as unanswered. */
    until: z.string(),
  })
  .readonly()
export type Question = z.infer<typeof Question>

/** `cancel` ends what asked, with everything that it belongs to. */
export const Answer = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('text'), text: z.string().max(4_096) }).strict(),
  z.object({ kind: z.literal('cancel') }).strict(),
])
export type Answer = z.infer<typeof Answer>
