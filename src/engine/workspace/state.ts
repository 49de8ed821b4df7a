import { z } from 'zod'
import { App, Clone, Settings } from '#contract'

/** A clone as it is stored: what is read from Git itself is not. `trusted` holds the fingerprint of what was shown when it was trusted. */
export const StoredClone = Clone.unwrap()
  .pick({ id: true, name: true, path: true })
  .extend({ trusted: z.string().optional() })
  .readonly()
export type StoredClone = z.infer<typeof StoredClone>

export const initialSettings: Settings = {
  theme: 'system',
  kubeconfigs: [],
  contexts: {},
  fetchIntervalSeconds: 60,
  landing: 'push',
}

/** All that a workspace file holds. A setting that an older version did not know has its initial value. */
export const State = z
  .object({
    version: z.literal(1),
    settings: z.preprocess(
      (value) => (typeof value === 'object' ? { ...initialSettings, ...value } : value),
      Settings,
    ),
    clones: z.array(StoredClone).readonly(),
    apps: z.array(App).readonly(),
  })
  .readonly()
export type State = z.infer<typeof State>

export const initialState: State = { version: 1, settings: initialSettings, clones: [], apps: [] }
