import type { PodState } from '#contract'
import { stringAt } from '../manifest/index.ts'
import type { JsonObject } from '../manifest/index.ts'
import { brokenWords, containerStates, isBroken } from './containers.ts'
import { podHealth } from './pod.ts'
import { conditionsOf } from './verdict.ts'

/** One word for a pod's square, with the reason where it is not simply ready. */
export function podState(pod: JsonObject): { readonly state: PodState; readonly reason?: string } {
  if (stringAt(pod, 'metadata', 'deletionTimestamp') !== undefined)
    return { state: 'terminating', reason: 'It is being deleted.' }
  const phase = stringAt(pod, 'status', 'phase')
  if (phase === 'Succeeded') return { state: 'done', reason: 'Completed.' }
  const containers = containerStates(pod)
  const broken = containers.find(isBroken)
  if (broken !== undefined) return { state: 'crashing', reason: `${capital(brokenWords(broken))}.` }
  const health = podHealth(pod)
  const reason = (health.cause?.message ?? '').replace(/^[^:]*: /, '')
  if (health.status === 'Degraded') return { state: 'crashing', reason: capital(reason) }
  if (
    phase === 'Running' &&
    conditionsOf(pod).some(({ type, status }) => type === 'Ready' && status === 'True')
  )
    return { state: 'ready' }
  if (health.status === 'Unknown') return { state: 'unknown', reason: capital(reason) }
  return { state: 'starting', reason: capital(reason) }
}

export function restartsOf(pod: JsonObject): number {
  return containerStates(pod).reduce((sum, { restarts }) => sum + restarts, 0)
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
