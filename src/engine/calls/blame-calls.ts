import type { Api, Handlers } from '#contract'
import { blameField } from '../blame/index.ts'
import type { BlamePorts } from '../blame/index.ts'
import { findApp, openRepo } from './find.ts'
import type { Parts } from './ports.ts'

export function blameCalls(parts: Parts): Pick<Handlers<Api>, 'blame.field'> {
  return {
    'blame.field': async (request, { signal }) => {
      const { spec } = findApp(parts, request.appId)
      const { destination } = spec
      const ports: BlamePorts = {
        repo: await openRepo(parts, spec.cloneId),
        render: parts.render,
        probe: parts.probe,
        live:
          destination === undefined
            ? undefined
            : async (key, ending) => {
                const cluster = await parts.kube.connect(destination.context)
                return cluster.get(key, ending === undefined ? {} : { signal: ending })
              },
      }
      return blameField(ports, spec, request, signal)
    },
  }
}
