import type { Health } from '#contract'
import { listAt } from '../manifest/index.ts'
import type { JsonObject } from '../manifest/index.ts'
import { healthy, verdict } from './verdict.ts'

/** Argo CD's rules for an Ingress. */
export function ingressHealth(object: JsonObject): Health {
  return listAt(object, 'status', 'loadBalancer', 'ingress').length > 0
    ? healthy
    : verdict(object, 'Progressing', 'waits for an address from its ingress controller.')
}
