import { isObject, listAt, numberAt, stringAt } from '#core'
import type { JsonObject } from '#core'
import { toTime } from '../clock.ts'
import { deleteObject } from '../delete.ts'
import { kinds } from '../kinds.ts'
import { isGoing, nameOf, namespaceOf } from '../object.ts'
import type { Stored } from '../object.ts'
import { makeOwn, writeOwnStatus } from '../own-write.ts'
import { createQueue, keyOf, partsOf } from '../queue.ts'
import type { Queue } from '../queue.ts'
import type { World } from '../world.ts'
import {
  conditionOf,
  isActive,
  isReady,
  makePodFrom,
  ownedBy,
  phaseOf,
  podKind,
  terminating,
  watchOwned,
} from './owned.ts'

const manager = 'kube-controller-manager'

/** Runs each Job's pods until enough have succeeded, or too many failed. */
export function startJobs(world: World): Queue {
  const queue = createQueue(world, 'jobs', (key) => {
    const { namespace, name } = partsOf(key)
    const job = world.store.get(kinds.Job, namespace, name)
    if (job !== undefined && !isGoing(job)) run(world, job)
  })
  watchOwned(world, kinds.Job, podKind, (namespace, name) => queue.add(keyOf(namespace, name)))
  return queue
}

type Ending = { readonly type: 'Complete' | 'Failed'; readonly reason: string; readonly message: string }

function run(world: World, job: Stored): void {
  const count = (name: string, fallback: number) => numberAt(job, 'spec', name) ?? fallback
  const finished = conditionOf(job, 'Complete') ?? conditionOf(job, 'Failed')
  const pods = ownedBy(world, podKind, job)
  const active = pods.filter(isActive)
  const succeeded = Math.max(
    pods.filter((pod) => phaseOf(pod) === 'Succeeded').length,
    numberAt(job, 'status', 'succeeded') ?? 0,
  )
  const failed = pods.filter((pod) => phaseOf(pod) === 'Failed').length + restarts(pods)
  const completions = count('completions', 1)
  const ending = endingOf({ succeeded, failed, completions, backoffLimit: count('backoffLimit', 6) })
  const suspended = (job['spec'] as JsonObject)['suspend'] === true
  if (ending === undefined && finished === undefined && !suspended) {
    const wanted = Math.min(count('parallelism', 1), completions - succeeded)
    const template = (job['spec'] as JsonObject)['template'] as JsonObject
    for (let here = active.length; here < wanted; here += 1)
      makeOwn(world, podKind, makePodFrom(template, { kind: kinds.Job, object: job }), manager)
  } else for (const pod of active) remove(world, pod)
  report(world, job, { succeeded, failed, ending })
}

/** Containers that a pod starts anew count as tries too. */
function restarts(pods: readonly Stored[]): number {
  const all = pods.flatMap((pod) => listAt(pod, 'status', 'containerStatuses').filter(isObject))
  return all.reduce((sum, one) => sum + (numberAt(one, 'restartCount') ?? 0), 0)
}

function endingOf(counts: {
  readonly succeeded: number
  readonly failed: number
  readonly completions: number
  readonly backoffLimit: number
}): Ending | undefined {
  if (counts.succeeded >= counts.completions)
    return {
      type: 'Complete',
      reason: 'CompletionsReached',
      message: 'Reached expected number of succeeded pods',
    }
  if (counts.failed <= counts.backoffLimit) return undefined
  return {
    type: 'Failed',
    reason: 'BackoffLimitExceeded',
    message: 'Job has reached the specified backoff limit',
  }
}

function remove(world: World, pod: Stored): void {
  const target = { kind: podKind, namespace: namespaceOf(pod), name: nameOf(pod) }
  deleteObject(world, target, { propagation: 'Background', dryRun: false })
}

function report(
  world: World,
  job: Stored,
  {
    succeeded,
    failed,
    ending,
  }: { readonly succeeded: number; readonly failed: number; readonly ending: Ending | undefined },
): void {
  const pods = ownedBy(world, podKind, job)
  const active = pods.filter(isActive)
  const now = toTime(world.clock.now())
  const known = listAt(job, 'status', 'conditions')
  const conditions = known.length > 0 || ending === undefined ? known : conditionsOf(ending, now)
  const done = ending?.type === 'Complete'
  const status = {
    ...(active.length === 0 ? {} : { active: active.length }),
    ready: active.filter(isReady).length,
    startTime: stringAt(job, 'status', 'startTime') ?? now,
    ...(succeeded === 0 ? {} : { succeeded }),
    ...(failed === 0 ? {} : { failed }),
    ...(done ? { completionTime: stringAt(job, 'status', 'completionTime') ?? now } : {}),
    ...(conditions.length === 0 ? {} : { conditions }),
    terminating: terminating(pods),
    uncountedTerminatedPods: {},
  }
  writeOwnStatus(world, kinds.Job, job, { manager, status })
}

function conditionsOf({ type, reason, message }: Ending, now: string): readonly JsonObject[] {
  const before = type === 'Complete' ? 'SuccessCriteriaMet' : 'FailureTarget'
  return [before, type].map((one) => ({
    type: one,
    status: 'True',
    reason,
    message,
    lastProbeTime: now,
    lastTransitionTime: now,
  }))
}
