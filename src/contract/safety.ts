import { z } from 'zod'
import { ResourceKey } from './resource.ts'

/**
 * What a result does that a person should know before it lands. `danger`: something breaks or cannot be taken back; `caution`: it may;
 * `unknown`: it could not be looked at, which is never taken for fine; `note`: evidence that speaks for it.
 */
export const SafetyReason = z
  .object({
    code: z.enum([
      'RAN_HEALTHY',
      'NEVER_SYNCED',
      'CRD_CHANGES',
      'CRD_REMOVED',
      'CRD_STORED_VERSION_DROPPED',
      'PVC_SHRINKS',
      'IMMUTABLE_FIELD',
      'CONFIG_MISSING',
      'IMAGE_UNSEEN',
      'NOT_READ',
    ]),
    level: z.enum(['danger', 'caution', 'unknown', 'note']),
    key: ResourceKey.optional(),
    /** Object first, what and why. Secret values never appear. */
    words: z.string(),
  })
  .readonly()
export type SafetyReason = z.infer<typeof SafetyReason>

/** Most serious first. */
export const SafetyReport = z.object({ reasons: z.array(SafetyReason).readonly() }).readonly()
export type SafetyReport = z.infer<typeof SafetyReport>
