import type { Health } from '#contract'
import { listAt, stringAt } from '../manifest/index.ts'
import type { JsonObject } from '../manifest/index.ts'
import { healthy, verdict } from './verdict.ts'

/** Argo CD's rules for a Service. */
export function serviceHealth(object: JsonObject): Health {
  const balanced = stringAt(object, 'spec', 'type') === 'LoadBalancer'
  return balanced && listAt(object, 'status', 'loadBalancer', 'ingress').length === 0
    ? verdict(object, 'Progressing', 'waits for an address of its load balancer.')
    : healthy
}
