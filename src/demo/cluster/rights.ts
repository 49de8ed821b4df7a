import { ApiFailure } from './failure.ts'
import type { ServedKind } from './kinds.ts'

/** Who may sign in: the operator, who may do all, and one who reads all but Secrets. */
export type User = 'admin' | 'viewer'

export type Asked = {
  readonly verb: string
  readonly group: string
  readonly resource: string
  readonly namespace: string
  readonly name: string
}

const reads = ['get', 'list', 'watch']

export function isAllowed(user: User, { verb, resource }: Asked): boolean {
  if (user === 'admin' || resource === 'selfsubjectaccessreviews') return true
  return reads.includes(verb) && resource !== 'secrets'
}

export function checkRights(user: User, kind: ServedKind, asked: Asked): void {
  if (isAllowed(user, asked)) return
  const { verb, group, resource, namespace, name } = asked
  const where = namespace === '' ? 'at the cluster scope' : `in the namespace "${namespace}"`
  const what = group === '' ? kind.plural : `${kind.plural}.${group}`
  const named = name === '' ? '' : ` "${name}"`
  const message = `${what}${named} is forbidden: User "${user}" cannot ${verb} resource "${resource}" in API group "${group}" ${where}`
  throw new ApiFailure(403, 'Forbidden', message, {
    ...(name === '' ? {} : { name }),
    ...(group === '' ? {} : { group }),
    kind: kind.plural,
  })
}
