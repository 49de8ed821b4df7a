import { z } from 'zod'
import { ResourceKey } from './resource.ts'

/** Argo CD's words. Order of weight: Unknown > Degraded > Missing > Progressing > Suspended > Healthy. */
export const HealthStatus = z.enum(['Healthy', 'Progressing', 'Degraded', 'Suspended', 'Missing', 'Unknown'])
export type HealthStatus = z.infer<typeof HealthStatus>

/** Every status but Healthy has a cause: the object it was read from and why, in words. */
export const Health = z
  .object({
    status: HealthStatus,
    cause: z.object({ key: ResourceKey.optional(), message: z.string() }).readonly().optional(),
  })
  .readonly()
export type Health = z.infer<typeof Health>

/** Health of one resource. */
export const ResourceHealth = z.object({ key: ResourceKey, health: Health }).readonly()
export type ResourceHealth = z.infer<typeof ResourceHealth>
