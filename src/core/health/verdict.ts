import type { Health, HealthStatus } from '#contract'
import { displayKey, isObject, keyOf, listAt, stringAt } from '../manifest/index.ts'
import type { JsonObject } from '../manifest/index.ts'

export const healthy: Health = { status: 'Healthy' }

/** Every status that is not Healthy names its cause: the object first, then why. */
export function verdict(object: JsonObject, status: Exclude<HealthStatus, 'Healthy'>, why: string): Health {
  const key = keyOf(object)
  return { status, cause: { key, message: `${displayKey(key)}: ${why}` } }
}

export type Condition = {
  readonly type: string
  readonly status: string
  readonly reason: string
  readonly message: string
}

export function conditionsOf(object: JsonObject): readonly Condition[] {
  return listAt(object, 'status', 'conditions')
    .filter(isObject)
    .map((condition) => ({
      type: stringAt(condition, 'type') ?? '',
      status: stringAt(condition, 'status') ?? '',
      reason: stringAt(condition, 'reason') ?? '',
      message: stringAt(condition, 'message') ?? '',
    }))
}

export function wordsOf({ reason, message }: Condition): string {
  if (message === '') return reason === '' ? 'no reason given' : reason
  return reason === '' || message.includes(reason) ? message : `${reason}: ${message}`
}
