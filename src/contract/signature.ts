import { z } from 'zod'
import { Oid } from './revision.ts'

/**
 * What is known of a commit's signature. `good`: by a key that is trusted here. `unknown`: it cannot be told whose it is (no such key here, or one
 * that nobody vouched for). `expired`: good, by a signature or key whose time is over. `unchecked`: signed, and the clone is not trusted yet:
 * checking starts the program that it names.
 */
export const Signature = z
  .object({
    commit: Oid,
    status: z.enum(['none', 'good', 'unknown', 'expired', 'revoked', 'bad', 'unchecked']),
    signer: z.string().optional(),
    /** Its id or fingerprint. */
    key: z.string().optional(),
  })
  .readonly()
export type Signature = z.infer<typeof Signature>
