import type { Health } from '#contract'
import { stringAt, stringsAt } from '../manifest/index.ts'
import type { JsonObject } from '../manifest/index.ts'
import { brokenWords, containerStates, isBroken } from './containers.ts'
import { conditionsOf, healthy, verdict, wordsOf } from './verdict.ts'

/** Argo CD's rules for a Pod. */
export function podHealth(pod: JsonObject): Health {
  const containers = containerStates(pod)
  const note =
    stringsAt(pod, 'metadata', 'annotations')['argocd.argoproj.io/ignore-restart-policy'] === 'true'
  const long = note || (stringAt(pod, 'spec', 'restartPolicy') ?? 'Always') === 'Always'
  const broken = containers.filter(isBroken)
  if (long && broken.length > 0) return verdict(pod, 'Degraded', `${broken.map(brokenWords).join('; ')}.`)
  const phase = stringAt(pod, 'status', 'phase')
  switch (phase) {
    case 'Pending':
      return verdict(pod, 'Progressing', pendingWords(pod))
    case 'Succeeded':
      return healthy
    case 'Failed':
      return verdict(pod, 'Degraded', failedWords(pod))
    case 'Running':
      return long ? runningHealth(pod) : verdict(pod, 'Progressing', 'is running.')
    default:
      return verdict(pod, 'Unknown', `its phase is ${phase ?? 'not known'}.`)
  }
}

function runningHealth(pod: JsonObject): Health {
  const ready = conditionsOf(pod).find(({ type }) => type === 'Ready')
  if (ready?.status === 'True') return healthy
  const crashed = containerStates(pod).find(({ crashedBefore }) => crashedBefore !== undefined)
  if (crashed?.crashedBefore !== undefined) {
    const { name, restarts, crashedBefore } = crashed
    const times = `${restarts} time${restarts === 1 ? '' : 's'}`
    return verdict(
      pod,
      'Degraded',
      `container ${name} ended with exit code ${crashedBefore.exitCode} and was restarted ${times}.`,
    )
  }
  return verdict(
    pod,
    'Progressing',
    ready === undefined ? 'is not ready yet.' : `is not ready yet: ${wordsOf(ready)}`,
  )
}

function pendingWords(pod: JsonObject): string {
  const scheduled = conditionsOf(pod).find(
    ({ type, status }) => type === 'PodScheduled' && status === 'False',
  )
  if (scheduled !== undefined) return `is not scheduled: ${wordsOf(scheduled)}`
  const waiting = containerStates(pod).find((container) => container.waiting !== undefined)?.waiting
  return waiting === undefined ? 'is pending.' : `is starting: ${waiting.reason} ${waiting.message}`.trim()
}

function failedWords(pod: JsonObject): string {
  const message = stringAt(pod, 'status', 'message')
  if (message !== undefined && message !== '') return message
  for (const { name, terminated } of containerStates(pod)) {
    if (terminated === undefined || terminated.exitCode === 0) continue
    if (terminated.message !== '') return terminated.message
    if (terminated.reason === 'OOMKilled') return `container ${name} was OOMKilled.`
    return `container ${name} failed with exit code ${terminated.exitCode}.`
  }
  return 'failed.'
}
