import { at, isObject, listAt, stringAt } from '#core'
import { badRequest, notFound } from './failure.ts'
import { kinds } from './kinds.ts'
import type { Call } from './objects.ts'
import { notServed } from './write.ts'

/** The few lines that a container of this cluster says: it starts, serves or ends. */
export function readLog({ world, resource, query }: Call): string {
  const { namespace, name } = resource
  if (resource.kind !== kinds.Pod) throw notServed()
  const pod = world.store.get(kinds.Pod, namespace, name)
  if (pod === undefined) throw notFound(resource)
  const statuses = listAt(pod, 'status', 'containerStatuses').filter(isObject)
  const container = query.get('container') ?? stringAt(statuses[0], 'name')
  const status = statuses.find((one) => one['name'] === container)
  if (status === undefined) throw badRequest(`container ${container} is not valid for pod ${name}`)
  const previous = query.get('previous') === 'true'
  const ended = previous
    ? at(status, 'lastState', 'terminated')
    : (at(status, 'state', 'terminated') ?? at(status, 'lastState', 'terminated'))
  const running = at(status, 'state', 'running')
  const lines = [`starting ${stringAt(status, 'image')}`]
  if (isObject(running) && !previous) lines.push(`running since ${stringAt(running, 'startedAt')}`)
  else if (isObject(ended))
    lines.push(ended['exitCode'] === 0 ? 'done' : `fatal: ended with exit code ${String(ended['exitCode'])}`)
  else
    throw badRequest(
      `container "${container}" in pod "${name}" is waiting to start: ${stringAt(status, 'state', 'waiting', 'reason')}`,
    )
  const tail = Number(query.get('tailLines') ?? lines.length)
  return `${lines.slice(-tail).join('\n')}\n`
}
