import type { Change } from '#contract'
import type { Comparison } from '../diff/index.ts'
import { canonical, displayKey, stringAt } from '../manifest/index.ts'
import type { JsonObject, Sha256 } from '../manifest/index.ts'
import { foreignOwner, ownerWords } from './foreign-owner.ts'
import type { ObjectState, Reason } from './object-state.ts'

type Guards = { readonly setId: string; readonly sha256: Sha256 }

/** What a sync would do to one desired object. Guards come first: an object of somebody else is never compared into an update. */
export function toChange(state: ObjectState, { setId, sha256 }: Guards): Change {
  const { comparison, live } = state
  const uid = live.state === 'present' ? stringAt(live.object, 'metadata', 'uid') : undefined
  const { action, reasons } = decide(state, setId)
  const shown = comparedActions.has(action) ? comparison : undefined
  const acts = action === 'update'
  return {
    key: state.key,
    ...(uid === undefined ? {} : { uid }),
    action,
    wave: state.wave,
    ...setsOf(shown),
    takeOver: acts && shown?.takeOver === true,
    verified: state.verified,
    restarts: acts && shown !== undefined ? shown.restarts : 0,
    needsTick: false,
    reasons: [...reasons, ...state.notes],
    diffHash: sha256(canonical([state.key, action, uid ?? null, pinOf(state, action)])),
  }
}

const comparedActions: ReadonlySet<Change['action']> = new Set(['blocked', 'update', 'unchanged'])

function setsOf(
  comparison: Comparison | undefined,
): Pick<Change, 'fields' | 'contested' | 'undeclared' | 'ignored'> {
  if (comparison === undefined) return { fields: [], contested: [], undeclared: [], ignored: [] }
  const { fields, contested, undeclared, ignored } = comparison
  return { fields, contested, undeclared, ignored }
}

/** What must still be so just before the write: of a creation what is sent, of an update every difference and contest. */
function pinOf(state: ObjectState, action: Change['action']): string {
  if (action === 'create') return canonical(state.payload)
  return action === 'update' || action === 'blocked' ? (state.comparison?.pin ?? '') : ''
}

type Decision = { readonly action: Change['action']; readonly reasons: readonly Reason[] }

function decide(state: ObjectState, setId: string): Decision {
  const { key, hook, live, refusal, comparison } = state
  const name = displayKey(key)
  if (hook !== undefined)
    return {
      action: 'hook',
      reasons: [
        { code: 'HOOK', message: `${name} is a hook (${hook.names}): it is shown and never applied.` },
      ],
    }
  if (live.state === 'unknown') return { action: 'unknown', reasons: [live.reason] }
  if (live.state === 'present') {
    const owner = foreignOwner(live.object, setId)
    if (owner !== undefined)
      return blocked('FOREIGN_OWNER', `${name} ${ownerWords(owner)}: it is never written.`)
    if (stringAt(live.object, 'metadata', 'deletionTimestamp') !== undefined)
      return blocked('BEING_DELETED', `${name} is being deleted: wait until it is gone.`)
  }
  if (refusal !== undefined) return { action: 'blocked', reasons: [refusal] }
  if (live.state === 'absent') return { action: 'create', reasons: [] }
  if (comparison === undefined)
    return {
      action: 'unknown',
      reasons: [{ code: 'LIVE_UNKNOWN', message: `${name} could not be compared.` }],
    }
  const held = comparison.contested.filter(({ overrule }) => !overrule)
  if (held.length > 0) {
    const words = held.map(({ path, manager }) => `${path} belongs to ${manager}`).join(', ')
    return blocked('CONTESTED', `${name}: ${words}; a controller's field is never overruled.`)
  }
  const differs = comparison.fields.length > 0 || comparison.contested.length > 0 || comparison.takeOver
  return { action: differs ? 'update' : 'unchanged', reasons: [] }
}

function blocked(code: string, message: string): Decision {
  return { action: 'blocked', reasons: [{ code, message }] }
}

/** The live object as YAML would show it after the change; absent for a removal. */
export function afterOf(state: ObjectState): JsonObject | undefined {
  return state.comparison?.after ?? (state.live.state === 'absent' ? state.payload : undefined)
}
