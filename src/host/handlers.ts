import { AppError } from '#contract'
import type { Api, Handlers, Output } from '#contract'

/** What the host answers by itself: it knows how it was started, the engine does not. */
type HostCall = 'about.get' | 'clones.pick'

export type HostPorts = {
  readonly about: Omit<Output<'about.get'>, 'canPickFolder' | 'demo'>
  readonly demo: () => Output<'about.get'>['demo']
  /** The system's folder dialog; absent where there is none. `undefined` = dismissed. */
  readonly pickFolder?: () => Promise<string | undefined>
}

/** The whole contract: the engine's calls and the host's own. */
export function createHandlers(engine: Omit<Handlers<Api>, HostCall>, ports: HostPorts): Handlers<Api> {
  const { about, demo, pickFolder } = ports
  return {
    ...engine,
    'about.get': () => Promise.resolve({ ...about, demo: demo(), canPickFolder: pickFolder !== undefined }),
    'clones.pick': async () => {
      if (pickFolder === undefined) {
        throw new AppError('UNAVAILABLE', {
          message: 'There is no folder dialog here; type the path of the clone instead.',
        })
      }
      const path = await pickFolder()
      return path === undefined ? {} : { path }
    },
  }
}
