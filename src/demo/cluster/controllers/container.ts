import { isObject, numberAt, stringAt } from '#core'
import type { JsonObject } from '#core'
import { toTime } from '../clock.ts'

/** How long things take here, in milliseconds. */
export type Pace = {
  /** Each phase of a container: pull, start, become ready. */
  readonly step: () => number
  /** Until a container with a slow image is ready. */
  readonly slow: number
  /** First pause of a crashing container; it doubles up to five minutes. */
  readonly backOff: number
  /** Until a container ends when asked. */
  readonly stop: () => number
}

/** A person sees a pod come: ready after 0.3 to 1.4 s. */
export const usualPace: Pace = {
  step: () => 100 + Math.random() * 370,
  slow: 3_000,
  backOff: 500,
  stop: () => 100 + Math.random() * 500,
}

const longestPauseMs = 5 * 60_000

/**
 * One container on its way, steered by its image's name as on the control plane of the tests: `crash` ends with an error as soon as it runs,
 * `pullfail` cannot be pulled, `slow` is ready only after a while, `never` never is.
 */
export type Container = {
  readonly name: string
  readonly status: JsonObject
  /** Due next; undefined = nothing more happens by itself. */
  readonly due: number | undefined
  readonly started: boolean
  readonly pauseMs: number
}

export type ContainerRules = {
  readonly spec: JsonObject
  readonly init: boolean
  readonly restartPolicy: string
  readonly pace: Pace
}

/** As it was left, or not begun yet. What was ready stays; restarts are not forgotten. */
export function newContainer(rules: ContainerRules, was: JsonObject | undefined): Container {
  const name = stringAt(rules.spec, 'name') ?? ''
  const restarts = numberAt(was, 'restartCount') ?? 0
  const pauseMs = Math.min(rules.pace.backOff * 2 ** restarts, longestPauseMs)
  const base = { name, due: undefined, pauseMs }
  const ended = isObject(was) && isObject(was['state']) && was['state']['terminated'] !== undefined
  if (was !== undefined && (was['ready'] === true || ended)) return { ...base, status: was, started: true }
  const fresh = {
    name,
    image: stringAt(rules.spec, 'image') ?? '',
    imageID: '',
    lastState: was?.['lastState'] ?? {},
    restartCount: restarts,
  }
  return { ...base, started: false, status: waiting(fresh, 'PodInitializing') }
}

export function beginContainer(container: Container, { pace }: ContainerRules, now: number): Container {
  return {
    ...container,
    started: true,
    status: waiting(container.status, 'ContainerCreating'),
    due: now + pace.step(),
  }
}

/** What is due now happens. */
export function advanceContainer(container: Container, rules: ContainerRules, now: number): Container {
  const { status } = container
  const image = stringAt(rules.spec, 'image') ?? ''
  const reason = stringAt(status, 'state', 'waiting', 'reason')
  if (reason === 'ErrImagePull') {
    const words = `Back-off pulling image "${image}"`
    return { ...container, due: undefined, status: waiting(status, 'ImagePullBackOff', words) }
  }
  if (reason !== undefined && image.includes('pullfail')) {
    const words = `failed to pull and unpack image "${image}": not found`
    return { ...container, due: now + rules.pace.step(), status: waiting(status, 'ErrImagePull', words) }
  }
  if (reason !== undefined)
    return runContainer(container, rules, { now, again: reason === 'CrashLoopBackOff' })
  if (image.includes('crash')) return crashContainer(container, rules, now)
  if (rules.init || rules.restartPolicy !== 'Always')
    return { ...container, due: undefined, status: ended(container, { now, code: 0, ready: rules.init }) }
  return { ...container, due: undefined, status: { ...status, ready: true } }
}

function runContainer(
  container: Container,
  { spec, pace }: ContainerRules,
  { now, again }: { readonly now: number; readonly again: boolean },
): Container {
  const image = stringAt(spec, 'image') ?? ''
  const restarts = numberAt(container.status, 'restartCount') ?? 0
  const status = {
    ...container.status,
    restartCount: again ? restarts + 1 : restarts,
    state: { running: { startedAt: toTime(now) } },
    started: true,
    ready: false,
    imageID: `sim://${image}`,
    containerID: `sim://${container.name}`,
  }
  if (image.includes('never') && !image.includes('crash')) return { ...container, status, due: undefined }
  const ms = image.includes('slow') && !image.includes('crash') ? pace.slow : pace.step()
  return { ...container, status, due: now + ms }
}

function crashContainer(container: Container, rules: ContainerRules, now: number): Container {
  const status = ended(container, { now, code: 1, ready: false })
  if (rules.restartPolicy === 'Never') return { ...container, status, due: undefined }
  const words = `back-off ${seconds(container.pauseMs)} restarting failed container=${container.name}`
  return {
    ...container,
    status: waiting({ ...status, lastState: status['state'] }, 'CrashLoopBackOff', words),
    due: now + container.pauseMs,
    pauseMs: Math.min(container.pauseMs * 2, longestPauseMs),
  }
}

function seconds(ms: number): string {
  return ms < 1000 ? `${ms}ms` : `${ms / 1000}s`
}

function waiting(status: JsonObject, reason: string, message?: string): JsonObject {
  const state = { waiting: { reason, ...(message === undefined ? {} : { message }) } }
  return { ...status, state, ready: false, started: false }
}

function ended(
  { status }: Container,
  { now, code, ready }: { readonly now: number; readonly code: number; readonly ready: boolean },
): JsonObject {
  const startedAt = stringAt(status, 'state', 'running', 'startedAt') ?? toTime(now)
  const terminated = {
    exitCode: code,
    reason: code === 0 ? 'Completed' : 'Error',
    startedAt,
    finishedAt: toTime(now),
    containerID: stringAt(status, 'containerID') ?? '',
  }
  return { ...status, state: { terminated }, ready, started: false }
}
