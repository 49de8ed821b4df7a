import type { Health } from '#contract'
import { stringAt } from '../manifest/index.ts'
import type { JsonObject } from '../manifest/index.ts'
import { healthy, verdict } from './verdict.ts'

/** Argo CD's rules for a PersistentVolumeClaim. */
export function claimHealth(object: JsonObject): Health {
  const phase = stringAt(object, 'status', 'phase')
  if (phase === 'Bound') return healthy
  if (phase === 'Pending') return verdict(object, 'Progressing', 'waits for a volume.')
  if (phase === 'Lost') return verdict(object, 'Degraded', 'its volume is lost.')
  return verdict(object, 'Unknown', `its phase is ${phase ?? 'not known'}.`)
}
