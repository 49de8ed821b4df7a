import { createHash } from 'node:crypto'
import { AppError } from '#contract'
import type { ResourceKey } from '#contract'
import { isObject, keyOf, stringAt, stringsAt } from '#core'
import type { JsonObject } from '#core'
import type { Cluster } from '../kube/index.ts'
import type { SyncTarget } from './sync.ts'

/** ApplySet (KEP-3659), with the keys that kubectl really uses. Kept behind this module: it is alpha upstream. */
const applySet = {
  id: 'applyset.kubernetes.io/id',
  tooling: 'applyset.kubernetes.io/tooling',
  kinds: 'applyset.kubernetes.io/contains-group-kinds',
  namespaces: 'applyset.kubernetes.io/additional-namespaces',
} as const
const parentManager = 'wheelhouse-applyset'

type Named = {
  readonly name: string
  readonly namespace: string
  readonly kind: string
  readonly group: string
}

/** `applyset-` + base64url(sha256(`<name>.<namespace>.<Kind>.<group>`)) + `-v1` */
export function applySetId({ name, namespace, kind, group }: Named): string {
  const hash = createHash('sha256').update(`${name}.${namespace}.${kind}.${group}`).digest('base64url')
  return `applyset-${hash}-v1`
}

function parentName(appName: string): string {
  return `wheelhouse-${appName}`
}

export function parentKey({ appName, namespace }: SyncTarget): ResourceKey {
  return { group: '', kind: 'ConfigMap', namespace, name: parentName(appName) }
}

export function setIdOf(target: SyncTarget): string {
  return applySetId(parentKey(target))
}

/** What may hold members: kinds and namespaces. A superset while a sync runs. */
export type Hints = {
  readonly kinds: readonly { readonly group: string; readonly kind: string }[]
  /** Without the parent's own. */
  readonly namespaces: readonly string[]
}

/** The parent, or undefined where there is none. APPLYSET_FOREIGN when the ConfigMap is somebody else's. */
export async function readParent(
  cluster: Cluster,
  target: SyncTarget,
  signal?: AbortSignal,
): Promise<JsonObject | undefined> {
  const parent = await cluster.get(parentKey(target), { signal })
  if (parent === undefined) return undefined
  const labels = stringsAt(parent, 'metadata', 'labels')
  const tooling = stringsAt(parent, 'metadata', 'annotations')[applySet.tooling] ?? ''
  const tool = tooling.slice(0, Math.max(0, tooling.lastIndexOf('/')))
  if (labels[applySet.id] === setIdOf(target) && tool === 'wheelhouse') return parent
  const subject = `ConfigMap/${parentName(target.appName)}`
  throw new AppError('APPLYSET_FOREIGN', {
    message: `${subject} in ${target.namespace} is there and ${tooling === '' ? 'is no inventory of Wheelhouse' : `belongs to ${tooling}`}.`,
    subject,
  })
}

export function readHints(parent: JsonObject | undefined): Hints {
  const annotations = stringsAt(parent, 'metadata', 'annotations')
  const list = (name: string) => (annotations[name] ?? '').split(',').filter((item) => item !== '')
  return {
    kinds: list(applySet.kinds).map((text) => {
      const dot = text.indexOf('.')
      return dot < 0 ? { group: '', kind: text } : { group: text.slice(dot + 1), kind: text.slice(0, dot) }
    }),
    namespaces: list(applySet.namespaces),
  }
}

export function hintsOf(keys: readonly ResourceKey[], home: string): Hints {
  const kinds = new Map(keys.map(({ group, kind }) => [`${kind}.${group}`, { group, kind }]))
  const namespaces = new Set(
    keys.map(({ namespace }) => namespace).filter((name) => name !== '' && name !== home),
  )
  return { kinds: [...kinds.values()], namespaces: [...namespaces] }
}

export function joinHints(a: Hints, b: Hints): Hints {
  const kinds = new Map(
    [...a.kinds, ...b.kinds].map(({ group, kind }) => [`${kind}.${group}`, { group, kind }]),
  )
  return { kinds: [...kinds.values()], namespaces: [...new Set([...a.namespaces, ...b.namespaces])] }
}

/** Annotations that say where members may be, as kubectl writes them: sorted, comma-joined, `Kind.group` or `Kind` for core. */
export function hintAnnotations(hints: Hints): Readonly<Record<string, string>> {
  const kinds = hints.kinds.map(({ group, kind }) => (group === '' ? kind : `${kind}.${group}`))
  return {
    [applySet.kinds]: kinds.toSorted().join(','),
    [applySet.namespaces]: [...hints.namespaces].toSorted().join(','),
  }
}

export type ParentDraft = {
  readonly annotations: Readonly<Record<string, string | undefined>>
  readonly data: Readonly<Record<string, string>>
}

/**
 * Reads the parent, lets `change` say what it becomes, writes it with the read resourceVersion as the guard, and again from the start when
 * somebody was faster. `change` may throw: nothing is written then.
 */
export async function updateParent(
  request: {
    readonly cluster: Cluster
    readonly target: SyncTarget
    readonly version: string
    readonly signal?: AbortSignal | undefined
  },
  change: (parent: JsonObject | undefined) => ParentDraft,
): Promise<JsonObject> {
  const { cluster, target, version, signal } = request
  for (let tries = 0; ; tries++) {
    const parent = await readParent(cluster, target, signal)
    const next = toParent(target, version, parent, change(parent))
    const options = { fieldManager: parentManager, signal }
    try {
      return await (parent === undefined ? cluster.create(next, options) : cluster.replace(next, options))
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'KUBE_CONFLICT' || tries >= 8) throw error
    }
  }
}

function toParent(
  target: SyncTarget,
  version: string,
  parent: JsonObject | undefined,
  draft: ParentDraft,
): JsonObject {
  const { name, namespace } = parentKey(target)
  const metadata = isObject(parent?.metadata) ? parent.metadata : {}
  const annotations = {
    ...stringsAt(parent, 'metadata', 'annotations'),
    [applySet.tooling]: `wheelhouse/v${version}`,
    ...draft.annotations,
  }
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      ...metadata,
      name,
      namespace,
      labels: { ...stringsAt(parent, 'metadata', 'labels'), [applySet.id]: setIdOf(target) },
      annotations: Object.fromEntries(Object.entries(annotations).filter(([, value]) => value !== undefined)),
    },
    data: { ...stringsAt(parent, 'data'), ...draft.data },
  }
}

export function isParent(object: JsonObject, target: SyncTarget): boolean {
  const key = keyOf(object)
  return (
    key.kind === 'ConfigMap' &&
    key.group === '' &&
    stringAt(object, 'metadata', 'name') === parentName(target.appName) &&
    key.namespace === target.namespace
  )
}
