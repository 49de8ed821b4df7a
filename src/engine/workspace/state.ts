import { z } from 'zod'
import { App, Clone, Settings } from '#contract'

/** A clone as it is stored: what is read from Git itself is not. `trusted` holds the fingerprint of what was shown when it was trusted. */
export const StoredClone = Clone.unwrap()
  .pick({ id: true, name: true, path: true })
  .extend({ trusted: z.string().optional() })
  .readonly()
export type StoredClone = z.infer<typeof StoredClone>

/** All that a workspace file holds. Unknown keys are kept: a newer version may have written them. */
export const State = z.looseObject({
  version: z.literal(1),
  settings: Settings,
  clones: z.array(StoredClone).readonly(),
  apps: z.array(App).readonly(),
})
export type State = Readonly<z.infer<typeof State>>

export const initialSettings: Settings = {
  theme: 'system',
  kubeconfigs: [],
  contexts: {},
  fetchIntervalSeconds: 60,
  landing: 'push',
}

export const initialState: State = { version: 1, settings: initialSettings, clones: [], apps: [] }
