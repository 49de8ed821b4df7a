import { isObject, listAt, numberAt, stringAt } from '#core'
import type { JsonObject } from '#core'
import { toTime } from '../clock.ts'
import { objects } from '../pod-defaults.ts'
import { advanceContainer, beginContainer, newContainer } from './container.ts'
import type { Container, ContainerRules, Pace } from './container.ts'

/** A pod's containers together: init containers one by one, then all the others at once. */
export type PodLife = {
  readonly inits: readonly Walking[]
  readonly mains: readonly Walking[]
}
type Walking = { readonly rules: ContainerRules; readonly container: Container }

export function newLife(pod: JsonObject, pace: Pace, now: number): PodLife {
  const spec = pod['spec'] as JsonObject
  const restartPolicy = stringAt(spec, 'restartPolicy') ?? 'Always'
  const read = (field: string, statuses: string, init: boolean) => {
    const known = listAt(pod, 'status', statuses).filter(isObject)
    return objects(spec[field]).map((one): Walking => {
      const rules = { spec: one, init, restartPolicy, pace }
      return {
        rules,
        container: newContainer(
          rules,
          known.find((was) => was['name'] === one['name']),
        ),
      }
    })
  }
  const life = {
    inits: read('initContainers', 'initContainerStatuses', true),
    mains: read('containers', 'containerStatuses', false),
  }
  return begin(life, now)
}

/** When something happens next; undefined = never. */
export function nextDue({ inits, mains }: PodLife): number | undefined {
  const all = [...inits, ...mains].flatMap(({ container }) => container.due ?? [])
  return all.length === 0 ? undefined : Math.min(...all)
}

export function advanceLife(life: PodLife, now: number): PodLife {
  const advance = ({ rules, container }: Walking): Walking =>
    container.due !== undefined && container.due <= now
      ? { rules, container: advanceContainer(container, rules, now) }
      : { rules, container }
  return begin({ inits: life.inits.map(advance), mains: life.mains.map(advance) }, now)
}

/** Begins every container whose turn it is. */
function begin(life: PodLife, now: number): PodLife {
  const start = ({ rules, container }: Walking): Walking => ({
    rules,
    container: container.started ? container : beginContainer(container, rules, now),
  })
  const first = life.inits.findIndex(({ container }) => !hasPassed(container))
  if (first < 0) return { inits: life.inits, mains: life.mains.map(start) }
  return { ...life, inits: life.inits.map((one, index) => (index === first ? start(one) : one)) }
}

function hasPassed({ status }: Container): boolean {
  return numberAt(status, 'state', 'terminated', 'exitCode') === 0
}

/** The pod's status now; times of change stay where nothing changed. */
export function statusOf(life: PodLife, pod: JsonObject, now: number): JsonObject {
  const was = pod['status'] as JsonObject
  const phase = phaseOf(life)
  const initialized = life.inits.every(({ container }) => hasPassed(container))
  const ready = initialized && life.mains.every(({ container }) => container.status['ready'] === true)
  const inits = life.inits.map(({ container }) => container.status)
  return {
    ...was,
    observedGeneration: numberAt(pod, 'metadata', 'generation') ?? 1,
    phase,
    conditions: conditionsOf(was, now, phase === 'Succeeded', {
      PodReadyToStartContainers: true,
      Initialized: initialized,
      ContainersReady: ready,
      Ready: ready,
    }),
    ...(inits.length === 0 ? {} : { initContainerStatuses: inits }),
    containerStatuses: life.mains.map(({ container }) => container.status),
  }
}

/** Pending until every container has run once, Running while one may still run. */
function phaseOf({ inits, mains }: PodLife): string {
  const failed = ({ container, rules }: Walking) =>
    (numberAt(container.status, 'state', 'terminated', 'exitCode') ?? 0) !== 0 &&
    rules.restartPolicy === 'Never'
  if (inits.some(failed)) return 'Failed'
  if (inits.some(({ container }) => !hasPassed(container))) return 'Pending'
  const states = mains.map(({ container }) => container.status)
  const notRunYet = (status: JsonObject) =>
    isObject((status['state'] as JsonObject)['waiting']) &&
    (status['lastState'] as JsonObject)['terminated'] === undefined
  if (states.some(notRunYet)) return 'Pending'
  if (states.some((status) => (status['state'] as JsonObject)['terminated'] === undefined)) return 'Running'
  return mains.some(({ container }) => numberAt(container.status, 'state', 'terminated', 'exitCode') !== 0)
    ? 'Failed'
    : 'Succeeded'
}

export function conditionsOf(
  was: JsonObject,
  now: number,
  completed: boolean,
  is: Readonly<Record<string, boolean>>,
): readonly JsonObject[] {
  const known = listAt(was, 'conditions').filter(isObject)
  const others = known.filter(({ type }) => !(String(type) in is))
  const ours = Object.entries(is).map(([type, value]) => {
    const status = value ? 'True' : 'False'
    const old = known.find((one) => one['type'] === type && one['status'] === status)
    const why = type === 'Initialized' ? 'ContainersNotInitialized' : 'ContainersNotReady'
    return {
      type,
      status,
      lastProbeTime: null,
      lastTransitionTime: old?.['lastTransitionTime'] ?? toTime(now),
      ...(value ? {} : { reason: completed ? 'PodCompleted' : why }),
    }
  })
  return [...ours, ...others]
}

/** The last status before a pod goes: what would have run for ever ends well, what was to finish did not. */
export function endedStatus(pod: JsonObject, now: number): JsonObject {
  const was = pod['status'] as JsonObject
  const long = (stringAt(pod, 'spec', 'restartPolicy') ?? 'Always') === 'Always'
  const terminated = {
    exitCode: long ? 0 : 143,
    reason: long ? 'Completed' : 'Error',
    finishedAt: toTime(now),
  }
  return {
    ...was,
    phase: long ? 'Succeeded' : 'Failed',
    containerStatuses: listAt(was, 'containerStatuses')
      .filter(isObject)
      .map((one) => ({ ...one, ready: false, started: false, state: { terminated } })),
    conditions: conditionsOf(was, now, long, { ContainersReady: false, Ready: false }),
  }
}
