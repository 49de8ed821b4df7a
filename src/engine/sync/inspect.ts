import { AppError } from '#contract'
import { keyString } from '#core'
import type { JsonObject, ObjectState } from '#core'
import { compareAll } from './compare.ts'
import { hintsOf, joinHints, readHints, readParent, setIdOf } from './parent.ts'
import { prepare } from './prepare.ts'
import type { Wanted } from './prepare.ts'
import { codeOf, readLive } from './read-live.ts'
import type { LiveRead } from './read-live.ts'
import type { Room } from './room.ts'
import type { DesiredState } from './sync.ts'

/** Everything that a plan is made of, as it is in the cluster at one moment. */
export type Inspection = {
  readonly setId: string
  readonly wanted: readonly Wanted[]
  readonly states: readonly ObjectState[]
  readonly read: LiveRead
  readonly parent: JsonObject | undefined
  /** APPLYSET_FOREIGN or no right to read it. */
  readonly parentProblem: AppError | undefined
  /** The destination is not there and no manifest makes it: the sync makes it as its step 0. */
  readonly makesNamespace: boolean
}

/** Reads live and compares all of an app, or `only` some of it (a wave just before it is written). */
export async function inspect(
  room: Room,
  desired: DesiredState,
  options: { readonly only?: ReadonlySet<string>; readonly signal?: AbortSignal | undefined } = {},
): Promise<Inspection> {
  const { cluster, target } = desired
  const { signal } = options
  const setId = setIdOf(target)
  const [wanted, parent, hasNamespace] = await Promise.all([
    prepare({ cluster, namespace: target.namespace, setId, signal }, desired.manifests),
    readParent(cluster, target, signal).catch((error: unknown) => toProblem(error)),
    namespaceExists(desired, signal),
  ])
  const known = parent instanceof AppError ? undefined : parent
  const only = wanted.filter(({ key }) => options.only?.has(keyString(key)) ?? true)
  const hints = joinHints(
    readHints(known),
    hintsOf(
      wanted.map(({ key }) => key),
      target.namespace,
    ),
  )
  // A wave is re-read alone: members elsewhere are of no interest to it.
  const scope = options.only === undefined ? hints : { kinds: [], namespaces: [] }
  const read = await readLive(room, {
    cluster,
    setId,
    home: target.namespace,
    wanted: only,
    hints: scope,
    signal,
  })
  const declared = wanted.filter(({ key }) => key.kind === 'Namespace' && key.group === '')
  const makesNamespace = !hasNamespace && !declared.some(({ key }) => key.name === target.namespace)
  const states = await compareAll(room, {
    cluster,
    setId,
    wanted,
    only,
    read,
    newNamespaces: newNamespaces(declared, read, makesNamespace ? target.namespace : undefined),
    signal,
  })
  return {
    setId,
    wanted,
    states,
    read,
    parent: known,
    parentProblem: parent instanceof AppError ? parent : undefined,
    makesNamespace,
  }
}

function toProblem(error: unknown): AppError {
  if (error instanceof AppError && ['APPLYSET_FOREIGN', 'KUBE_FORBIDDEN'].includes(error.code)) return error
  throw error
}

/** Who may not read namespaces cannot make one either: it counts as there, and the server has the last word. */
async function namespaceExists(
  { cluster, target }: DesiredState,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  try {
    return (await cluster.get(namespaceKey(target.namespace), { signal })) !== undefined
  } catch (error) {
    if (codeOf(error) === 'KUBE_FORBIDDEN') return true
    throw error
  }
}

export function namespaceKey(name: string) {
  return { group: '', kind: 'Namespace', namespace: '', name }
}

/** Namespaces that the plan makes; while one is declared but unread, the server is asked. */
function newNamespaces(
  declared: readonly Wanted[],
  read: LiveRead,
  home: string | undefined,
): ReadonlySet<string> {
  const absent = declared.filter(({ key }) => read.live.get(keyString(key))?.state === 'absent')
  return new Set([...absent.map(({ key }) => key.name), ...(home === undefined ? [] : [home])])
}
