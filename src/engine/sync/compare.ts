import { AppError } from '#contract'
import {
  autoscalerKinds,
  autoscalerOf,
  canonical,
  comparable,
  compareObject,
  comparisonInput,
  displayKey,
  foreignOwner,
  hookOf,
  isAppliedAsIs,
  keyString,
  payloadOf,
  stringAt,
} from '#core'
import type { Contest, JsonObject, LiveState, ObjectState, Reason } from '#core'
import { conflictCauses } from '../kube/index.ts'
import type { Cluster } from '../kube/index.ts'
import type { Compared } from './compare-cache.ts'
import { asSent } from './asked.ts'
import type { Asked } from './asked.ts'
import { compareHere } from './compare-here.ts'
import { definedKinds, kindName } from './prepare.ts'
import type { Wanted } from './prepare.ts'
import { mapAdaptive } from './pool.ts'
import { codeOf } from './read-live.ts'
import type { LiveRead } from './read-live.ts'
import { sha256 } from './room.ts'
import type { Room } from './room.ts'

export type CompareRequest = {
  readonly cluster: Cluster
  readonly setId: string
  /** All of the app's: what comes earlier in the plan explains what the server cannot check yet. */
  readonly wanted: readonly Wanted[]
  /** Compared now; all unless told. */
  readonly only?: readonly Wanted[]
  readonly read: LiveRead
  /** Namespaces that the plan makes. */
  readonly newNamespaces: ReadonlySet<string>
  readonly signal?: AbortSignal | undefined
}

/**
 * Every object's comparison, by the server's dry-run where that is possible. Not asked again: what the server's own record of fields proves
 * to be applied as it is, and what was compared before and has not moved since.
 */
export async function compareAll(room: Room, request: CompareRequest): Promise<readonly ObjectState[]> {
  const declared = request.wanted.map(({ object }) => object).filter(isAutoscaler)
  const context = {
    ...request,
    defined: definedKinds(request.wanted),
    denied: new Set<string>(),
    autoscalers: [...request.read.autoscalers, ...declared],
  }
  return mapAdaptive(request.only ?? request.wanted, room.clock, (wanted) =>
    compareOne(room, context, wanted),
  )
}

/** Picked out once: asking every object about every other one would grow with the square of the app. */
function isAutoscaler({ kind }: JsonObject): boolean {
  return autoscalerKinds.some((one) => one.kind === kind)
}

type Context = CompareRequest & {
  readonly autoscalers: readonly JsonObject[]
  readonly defined: ReadonlySet<string>
  /** Kinds and namespaces where a dry-run was forbidden: not asked again. */
  readonly denied: Set<string>
}

async function compareOne(room: Room, context: Context, wanted: Wanted): Promise<ObjectState> {
  const live = context.read.live.get(keyString(wanted.key)) ?? { state: 'absent' as const }
  const hook = hookOf(wanted.object)
  const object = live.state === 'present' ? live.object : undefined
  const autoscaler = autoscalerOf(context.autoscalers, wanted.key)
  const { payload, ignored } = payloadOf(wanted.object, object, autoscaler)
  const base = { key: wanted.key, wave: wanted.wave, payload, hook, live }
  const skip =
    hook !== undefined ||
    live.state === 'unknown' ||
    (object !== undefined && foreignOwner(object, context.setId) !== undefined)
  if (skip) return { ...base, verified: 'none', notes: [] }
  const compared = await compareCached(room, context, { wanted, payload, live, ignored })
  return { ...base, ...compared }
}

async function compareCached(room: Room, context: Context, asked: Asked): Promise<Compared> {
  const { live, payload, ignored, wanted } = asked
  if (live.state !== 'present') return compareNewCached(room, context, asked)
  const id = `${context.cluster.uid}/${stringAt(live.object, 'metadata', 'uid') ?? keyString(wanted.key)}`
  const inputHash = sha256(canonical([payload, ignored, comparisonInput(live.object)]))
  const known = room.cache.read(id, inputHash)
  if (known !== undefined) return known
  const compared = await compareLive(room, context, { ...asked, object: live.object })
  // What the server did not say may be said next time.
  if (compared.verified === 'server' && compared.refusal === undefined)
    room.cache.write(id, inputHash, compared)
  return compared
}

/** What the server would take once it takes again: the run need not ask what the plan has asked. */
async function compareNewCached(room: Room, context: Context, asked: Asked): Promise<Compared> {
  const id = `${context.cluster.uid}/new/${keyString(asked.wanted.key)}`
  const inputHash = sha256(canonical(asked.payload))
  const known = room.cache.read(id, inputHash)
  if (known !== undefined) return known
  const compared = await compareNew(context, asked)
  if (compared.verified === 'server' && compared.refusal === undefined)
    room.cache.write(id, inputHash, compared)
  return compared
}

/** A creation: the server is asked whether it would take it, unless what it needs is only made by this plan. */
async function compareNew(context: Context, { wanted, payload }: Asked): Promise<Compared> {
  const name = displayKey(wanted.key)
  const unverified = (why: string): Compared => ({
    verified: 'none',
    notes: [{ code: 'NOT_VERIFIED', message: `${name} is not verified by the server: ${why}` }],
  })
  if (context.newNamespaces.has(wanted.key.namespace))
    return unverified(`namespace ${wanted.key.namespace} is made by this plan.`)
  if (context.read.unserved.has(kindName(wanted.key))) {
    if (context.defined.has(kindName(wanted.key))) return unverified('its definition is made by this plan.')
    return refused({
      code: 'KUBE_UNKNOWN_KIND',
      message: `${name}: the cluster does not serve ${wanted.apiVersion} ${wanted.key.kind}.`,
    })
  }
  try {
    await context.cluster.patchApply(payload, { dryRun: true, signal: context.signal })
    return { verified: 'server', notes: [] }
  } catch (error) {
    if (codeOf(error) === 'DRY_RUN_REFUSED') return unverified('a webhook does not allow dry runs.')
    if (codeOf(error) === 'KUBE_UNKNOWN_KIND' && context.defined.has(kindName(wanted.key)))
      return unverified('its definition is made by this plan.')
    return refused(refusalOf(error))
  }
}

async function compareLive(
  room: Room,
  context: Context,
  asked: Asked & { readonly object: JsonObject },
): Promise<Compared> {
  const { wanted, object, ignored } = asked
  const scope = `${kindName(wanted.key)}/${wanted.key.namespace}`
  const here = (why: Reason) =>
    compareHere(room, { ...asked, cluster: context.cluster, why, signal: context.signal })
  const payload = asSent(asked.payload, object)
  const verified = (predicted: JsonObject, causes: readonly Contest[]): Compared => ({
    comparison: compareObject({ payload, live: object, predicted, causes, ignored }),
    verified: 'server',
    notes: [],
  })
  if (isAppliedAsIs(payload, object)) return verified(object, [])
  if (context.denied.has(scope))
    return here({
      code: 'KUBE_FORBIDDEN',
      message: `No right to patch ${wanted.key.kind} in ${wanted.key.namespace}.`,
    })
  try {
    const { predicted, causes } = await dryRun(context, payload)
    return verified(predicted, causes)
  } catch (error) {
    const code = codeOf(error)
    if (code === 'KUBE_FORBIDDEN') {
      context.denied.add(scope)
      return here({ code, message: wordsOf(error) })
    }
    return code === 'DRY_RUN_REFUSED' ? here({ code, message: wordsOf(error) }) : refused(refusalOf(error))
  }
}

/** The unforced dry-run tells who contests what; only then the forced one is needed. */
async function dryRun(
  { cluster, signal }: Context,
  payload: JsonObject,
): Promise<{ readonly predicted: JsonObject; readonly causes: readonly Contest[] }> {
  try {
    return { predicted: await cluster.patchApply(payload, { dryRun: true, signal }), causes: [] }
  } catch (error) {
    const causes = conflictCauses(error)
    if (causes === undefined) throw error
    return { predicted: await cluster.patchApply(payload, { dryRun: true, force: true, signal }), causes }
  }
}

function refused(refusal: Reason): Compared {
  return { refusal, verified: 'server', notes: [] }
}

const immutable =
  /immutable|may not be changed|cannot be changed|may not change once set|updates to \w+ spec for fields other than/i

/** A refusal by the server is the object's own trouble; everything else ends the whole reading. */
function refusalOf(error: unknown): Reason {
  const code = codeOf(error)
  const message = wordsOf(error)
  if (code === 'KUBE_INVALID') return { code: immutable.test(message) ? 'IMMUTABLE_FIELD' : code, message }
  if (
    [
      'KUBE_FORBIDDEN',
      'KUBE_NOT_FOUND',
      'KUBE_UNKNOWN_KIND',
      'KUBE_CONFLICT',
      'KUBE_TOO_LARGE',
      'KUBE_FAILED',
    ].includes(code)
  )
    return { code, message }
  throw error
}

function wordsOf(error: unknown): string {
  return error instanceof AppError ? error.message : 'The cluster refused it.'
}

/** The live object as the plan's diff shows it. */
export function shownLive(live: LiveState): JsonObject | undefined {
  return live.state === 'present' ? comparable(live.object) : undefined
}
