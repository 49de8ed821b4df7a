import { at, isObject, listAt, numberAt, stringAt } from '../manifest/index.ts'
import type { JsonObject } from '../manifest/index.ts'

/** What a pod's status says of one container. */
export type ContainerState = {
  readonly name: string
  readonly init: boolean
  readonly ready: boolean
  readonly restarts: number
  readonly waiting: { readonly reason: string; readonly message: string } | undefined
  readonly terminated:
    { readonly reason: string; readonly message: string; readonly exitCode: number } | undefined
  readonly crashedBefore: { readonly reason: string; readonly exitCode: number } | undefined
}

export function containerStates(pod: JsonObject): readonly ContainerState[] {
  const read = (field: string, init: boolean) =>
    listAt(pod, 'status', field)
      .filter(isObject)
      .map((status) => toState(status, init))
  return [...read('initContainerStatuses', true), ...read('containerStatuses', false)]
}

function toState(status: JsonObject, init: boolean): ContainerState {
  const waiting = at(status, 'state', 'waiting')
  const terminated = at(status, 'state', 'terminated')
  const last = at(status, 'lastState', 'terminated')
  const text = (value: unknown, key: string) => stringAt(value, key) ?? ''
  return {
    name: text(status, 'name'),
    init,
    ready: status.ready === true,
    restarts: numberAt(status, 'restartCount') ?? 0,
    waiting: isObject(waiting)
      ? { reason: text(waiting, 'reason'), message: text(waiting, 'message') }
      : undefined,
    terminated: isObject(terminated)
      ? {
          reason: text(terminated, 'reason'),
          message: text(terminated, 'message'),
          exitCode: numberAt(terminated, 'exitCode') ?? 0,
        }
      : undefined,
    crashedBefore: isObject(last)
      ? { reason: text(last, 'reason'), exitCode: numberAt(last, 'exitCode') ?? 0 }
      : undefined,
  }
}

/** `CrashLoopBackOff`, `ImagePullBackOff`, `ErrImagePull`, `CreateContainerError`: it waits because something is wrong. */
export function isBroken({ waiting }: ContainerState): boolean {
  return (
    waiting !== undefined && (waiting.reason.startsWith('Err') || /(Error|BackOff)$/.test(waiting.reason))
  )
}

export function brokenWords(container: ContainerState): string {
  const { name, waiting, restarts, crashedBefore } = container
  const exit = crashedBefore === undefined ? '' : `, last exit code ${crashedBefore.exitCode}`
  const again = restarts === 0 ? '' : ` (${restarts} restart${restarts === 1 ? '' : 's'}${exit})`
  const message = waiting?.message ?? ''
  return `container ${name} is in ${waiting?.reason ?? 'an error'}${again}${message === '' ? '' : `: ${message}`}`
}
