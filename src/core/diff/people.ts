import { stringsAt } from '../manifest/index.ts'
import type { JsonObject } from '../manifest/index.ts'
import { lastAppliedAnnotation } from '../manifest/index.ts'
import { managedEntries } from './managed-fields.ts'
import type { ManagedEntry } from './managed-fields.ts'

/** Our field manager on members. Never one that starts with `kubectl`: Flux strips those. */
export const fieldManager = 'wheelhouse'

/** Tools by which people change clusters by hand (kluctl's list, Rancher, Lens and browsers). A manager is no person. */
const tools = [
  /^kubectl($|-)/,
  /^k9s$/,
  /^rancher$/,
  /^lens/i,
  /^openlens/i,
  /^freelens/i,
  /^headlamp/i,
  /^dashboard$/,
  /^mozilla/i,
  /^node-fetch$/,
  /^octant$/,
  /^aptakube/i,
  /^before-first-apply$/,
] as const

/** May be overruled once approved: an Update by a people's tool. An Apply by `kubectl` is somebody's declared state, so it may not. */
export function isPeoplesTool(manager: string, operation: 'Apply' | 'Update'): boolean {
  return operation === 'Update' && tools.some((tool) => tool.test(manager))
}

const clientSide = ['kubectl-client-side-apply', 'before-first-apply', 'kubectl-create'] as const

/**
 * Managers whose fields a take-over gives to us: those of client-side apply. Removals are invisible until that is done. Empty once
 * we have applied the object and it carries no copy of a client-side apply.
 */
export function takenOverManagers(live: JsonObject): readonly ManagedEntry[] {
  const lastApplied = stringsAt(live, 'metadata', 'annotations')[lastAppliedAnnotation] !== undefined
  const entries = managedEntries(live)
  const ours = entries.some(({ manager, operation }) => manager === fieldManager && operation === 'Apply')
  return entries.filter(
    ({ manager, operation, subresource }) =>
      operation === 'Update' &&
      subresource === '' &&
      // `kubectl create` leaves no copy: its object is taken over only before our first apply.
      (manager === 'kubectl-client-side-apply' ||
        (clientSide.some((name) => name === manager) && (lastApplied || !ours))),
  )
}
