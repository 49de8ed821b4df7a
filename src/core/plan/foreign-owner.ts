import { at, isObject, listAt, stringAt, stringsAt } from '../manifest/index.ts'
import type { JsonObject } from '../manifest/index.ts'

/** Label of ApplySet members (KEP-3659): the id of the set an object belongs to. */
export const partOfLabel = 'applyset.kubernetes.io/part-of'

/** Who else owns an object. `follows` = a controller that syncs it from Git: its apps are in companion mode. */
export type ForeignOwner = { readonly tool: string; readonly name: string; readonly follows: boolean }

type Notes = {
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  readonly managers: readonly string[]
}
type Mark = {
  readonly tool: string
  readonly follows: boolean
  readonly read: (notes: Notes) => string | undefined
}

const marks: readonly Mark[] = [
  {
    tool: 'Argo CD',
    follows: true,
    read: ({ annotations }) => annotations['argocd.argoproj.io/tracking-id']?.split(':')[0],
  },
  { tool: 'Argo CD', follows: true, read: instanceOf },
  { tool: 'Flux', follows: true, read: ({ labels }) => fluxName(labels, 'kustomize.toolkit.fluxcd.io') },
  { tool: 'Flux', follows: true, read: ({ labels }) => fluxName(labels, 'helm.toolkit.fluxcd.io') },
  {
    tool: 'Fleet',
    follows: true,
    read: ({ annotations, labels }) =>
      annotations['objectset.rio.cattle.io/id'] ?? labels['objectset.rio.cattle.io/hash'],
  },
  {
    tool: 'Helm',
    follows: false,
    read: ({ labels, annotations }) =>
      labels['app.kubernetes.io/managed-by'] === 'Helm'
        ? annotations['meta.helm.sh/release-name']
        : undefined,
  },
  { tool: 'kapp', follows: false, read: ({ labels }) => labels['kapp.k14s.io/app'] },
  { tool: 'kluctl', follows: false, read: ({ labels }) => labels['kluctl.io/discriminator'] },
  {
    tool: 'cli-utils',
    follows: false,
    read: ({ annotations }) => annotations['config.k8s.io/owning-inventory'],
  },
]

/**
 * Argo CD's tracking by label, its default before 3.0. Charts set the same label, so it counts where Argo CD has written the object: the
 * server's record of managers says so without a right to read Applications.
 */
function instanceOf({ labels, managers }: Notes): string | undefined {
  const isArgo = managers.some((manager) => /^argocd-(application-)?controller$/.test(manager))
  return isArgo ? labels['app.kubernetes.io/instance'] : undefined
}

function fluxName(labels: Readonly<Record<string, string>>, group: string): string | undefined {
  const name = labels[`${group}/name`]
  return name === undefined ? undefined : `${labels[`${group}/namespace`] ?? ''}/${name}`
}

/** Read from the live object; `setId` is our own ApplySet. Found = we never write it. */
export function foreignOwner(live: JsonObject, setId: string): ForeignOwner | undefined {
  const notes = {
    labels: stringsAt(live, 'metadata', 'labels'),
    annotations: stringsAt(live, 'metadata', 'annotations'),
    managers: listAt(live, 'metadata', 'managedFields').flatMap((entry) => stringAt(entry, 'manager') ?? []),
  }
  for (const { tool, follows, read } of marks) {
    const name = read(notes)
    if (name !== undefined) return { tool, name, follows }
  }
  const set = notes.labels[partOfLabel]
  if (set !== undefined && set !== setId) return { tool: 'another ApplySet', name: set, follows: false }
  const controller = listAt(live, 'metadata', 'ownerReferences').find(
    (owner) => isObject(owner) && owner.controller === true,
  )
  if (controller === undefined) return undefined
  return {
    tool: stringAt(controller, 'kind') ?? 'a controller',
    name: stringAt(controller, 'name') ?? '',
    follows: false,
  }
}

export function ownerWords({ tool, name }: ForeignOwner): string {
  return `belongs to ${tool}${name === '' ? '' : ` (${name})`}`
}

/** Does the object say that it must not be pruned? Everybody's markers count. The answer is the marker. */
export function keepMarker(live: JsonObject): string | undefined {
  const notes = { ...stringsAt(live, 'metadata', 'labels'), ...stringsAt(live, 'metadata', 'annotations') }
  const is = (name: string, ...values: readonly string[]) =>
    values.includes((notes[name] ?? '').toLowerCase()) ? `${name}: ${notes[name]}` : undefined
  const options = (notes['argocd.argoproj.io/sync-options'] ?? '').split(',').map((option) => option.trim())
  const argo = options.find((option) => /^(Prune|Delete)=(false|confirm)$/.test(option))
  return (
    is('kustomize.toolkit.fluxcd.io/prune', 'disabled') ??
    (argo === undefined ? undefined : `argocd.argoproj.io/sync-options: ${argo}`) ??
    is('helm.sh/resource-policy', 'keep') ??
    is('client.lifecycle.config.k8s.io/deletion', 'detach') ??
    is('cli-utils.sigs.k8s.io/on-remove', 'keep') ??
    is('kapp.k14s.io/delete-strategy', 'orphan') ??
    is('kluctl.io/skip-delete', 'true')
  )
}

export function hasOwner(live: JsonObject): boolean {
  const owners = at(live, 'metadata', 'ownerReferences')
  return Array.isArray(owners) && owners.length > 0
}
