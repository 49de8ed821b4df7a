import { z } from 'zod'

/** A kubeconfig context as the window shows it: no tokens, no certificates, no file contents. */
export const Context = z
  .object({
    name: z.string(),
    cluster: z.string(),
    server: z.string(),
    namespace: z.string(),
    user: z.string(),
    /** Committing or syncing to it asks for its name. Proposed for names like `prod`. */
    protected: z.boolean(),
    colour: z.string(),
    current: z.boolean(),
  })
  .readonly()
export type Context = z.infer<typeof Context>

/** State of a connection. Contexts connect only when something on screen or a policy needs them. */
export const Connection = z
  .object({
    context: z.string(),
    state: z.enum(['idle', 'connecting', 'live', 'stale', 'reconnecting', 'failed']),
    /** Since when the shown state is as old as it is (ISO); the interface counts the seconds. */
    since: z.string(),
    retryAt: z.string().optional(),
    failure: z.object({ code: z.string(), message: z.string() }).readonly().optional(),
    version: z.string().optional(),
    uid: z.string().optional(),
    weakIdentity: z.boolean().optional(),
  })
  .readonly()
export type Connection = z.infer<typeof Connection>
