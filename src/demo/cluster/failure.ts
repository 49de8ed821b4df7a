import type { JsonObject } from '#core'
import type { ServedKind } from './kinds.ts'

export type Cause = { readonly reason: string; readonly message: string; readonly field: string }

/** A refusal in the API server's own words, sent as a Status. */
export class ApiFailure extends Error {
  readonly code: number
  readonly reason: string
  readonly details: JsonObject | undefined

  constructor(code: number, reason: string, message: string, details?: JsonObject) {
    super(message)
    this.code = code
    this.reason = reason
    this.details = details
  }

  toStatus(): JsonObject {
    return {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: this.message,
      ...(this.reason === '' ? {} : { reason: this.reason }),
      ...(this.details === undefined ? {} : { details: this.details }),
      code: this.code,
    }
  }
}

type Named = { readonly kind: ServedKind; readonly name: string }

const withGroup = ({ group, plural }: ServedKind) => (group === '' ? plural : `${plural}.${group}`)
const withKind = ({ group, kind }: ServedKind) => (group === '' ? kind : `${kind}.${group}`)
const details = ({ kind, name }: Named) => ({
  name,
  ...(kind.group === '' ? {} : { group: kind.group }),
  kind: kind.plural,
})

export function notFound(object: Named): ApiFailure {
  return new ApiFailure(
    404,
    'NotFound',
    `${withGroup(object.kind)} "${object.name}" not found`,
    details(object),
  )
}

export function alreadyExists(object: Named): ApiFailure {
  const message = `${withGroup(object.kind)} "${object.name}" already exists`
  return new ApiFailure(409, 'AlreadyExists', message, details(object))
}

export function conflict(object: Named, why: string): ApiFailure {
  const message = `Operation cannot be fulfilled on ${withGroup(object.kind)} "${object.name}": ${why}`
  return new ApiFailure(409, 'Conflict', message, details(object))
}

export const modified =
  'the object has been modified; please apply your changes to the latest version and try again'

export function badRequest(message: string): ApiFailure {
  return new ApiFailure(400, 'BadRequest', message)
}

export function expired(message: string): ApiFailure {
  return new ApiFailure(410, 'Expired', message)
}

export function forbidden(message: string, object: Named): ApiFailure {
  return new ApiFailure(403, 'Forbidden', message, details(object))
}

export function invalid(object: Named, causes: readonly Cause[]): ApiFailure {
  const all = causes.map(({ field, message }) => `${field}: ${message}`)
  const words = all.length === 1 ? all[0] : `[${all.join(', ')}]`
  return new ApiFailure(422, 'Invalid', `${withKind(object.kind)} "${object.name}" is invalid: ${words}`, {
    name: object.name,
    ...(object.kind.group === '' ? {} : { group: object.kind.group }),
    kind: object.kind.kind,
    causes,
  })
}

/** What server-side apply answers where others own what is applied. */
export function applyConflict(causes: readonly Cause[]): ApiFailure {
  const first = causes[0]
  const words =
    causes.length === 1 && first !== undefined
      ? `${first.message}: ${first.field}`
      : [...Map.groupBy(causes, ({ message }) => message)]
          .map(
            ([message, group]) =>
              `${message.replace(/^conflict /, 'conflicts ')}:\n${group.map(({ field }) => `- ${field}`).join('\n')}`,
          )
          .join('\n')
  const message = `Apply failed with ${causes.length} conflict${causes.length === 1 ? '' : 's'}: ${words}`
  return new ApiFailure(409, 'Conflict', message, { causes })
}
