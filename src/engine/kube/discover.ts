import { AppError } from '#contract'
import { at, listAt, stringAt } from '#core'
import type { Discovery, GroupKind, ResourceType } from './discovery.ts'
import { eachLimited } from './each-limited.ts'
import { parseJson } from './http-body.ts'
import type { KubeHttp } from './http.ts'

const aggregated = [
  'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList',
  'application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList',
  'application/json',
].join(',')

type Part = Discovery

/**
 * What the server serves: two requests where it aggregates (1.26 and later), else one per group-version. An aggregated API that is down is
 * listed as failed; its other groups are used.
 */
export async function readDiscovery(http: KubeHttp, signal?: AbortSignal): Promise<Discovery> {
  const [core, groups] = await Promise.all([readRoot(http, '/api', signal), readRoot(http, '/apis', signal)])
  return {
    resources: [...core.resources, ...groups.resources],
    groupVersions: [...core.groupVersions, ...groups.groupVersions],
    failedGroups: [...new Set([...core.failedGroups, ...groups.failedGroups])],
  }
}

/** The version asked for, or the first (preferred) one that has the kind. Throws LIVE_UNKNOWN where the group could not be read. */
export function findResource(
  discovery: Discovery,
  wanted: GroupKind & { readonly version?: string | undefined },
): ResourceType | undefined {
  const found = discovery.resources.find(
    ({ group, kind, version }) =>
      group === wanted.group &&
      kind === wanted.kind &&
      (wanted.version === undefined || version === wanted.version),
  )
  if (found === undefined && discovery.failedGroups.includes(wanted.group))
    throw new AppError('LIVE_UNKNOWN', {
      message: `${wanted.kind}: the cluster could not say what its API group ${wanted.group} holds; its server may be down.`,
      subject: wanted.group,
      action: 'retry',
      retryable: true,
    })
  return found
}

async function readRoot(http: KubeHttp, path: '/api' | '/apis', signal?: AbortSignal): Promise<Part> {
  const { text, contentType } = await http.request({ method: 'GET', path, accept: aggregated, signal })
  const body = parseJson(text, path)
  if (contentType.includes('APIGroupDiscoveryList')) return fromAggregated(body)
  const versions =
    path === '/api'
      ? listAt(body, 'versions').map((version) => ({
          groupVersion: String(version),
          path: `/api/${String(version)}`,
        }))
      : listAt(body, 'groups').flatMap(versionsOf)
  return await readEach(http, versions, signal)
}

/** `apidiscovery.k8s.io` v2 and v2beta1 have the same shape as far as it is read here. */
function fromAggregated(body: unknown): Part {
  const resources: ResourceType[] = []
  const groupVersions: string[] = []
  const failedGroups: string[] = []
  for (const item of listAt(body, 'items')) {
    const group = stringAt(item, 'metadata', 'name') ?? ''
    for (const entry of listAt(item, 'versions')) {
      const version = stringAt(entry, 'version') ?? ''
      groupVersions.push(group === '' ? version : `${group}/${version}`)
      if (stringAt(entry, 'freshness') === 'Stale') failedGroups.push(group)
      for (const one of listAt(entry, 'resources')) {
        const kind = stringAt(one, 'responseKind', 'kind') ?? ''
        if (kind === '') continue
        resources.push({
          group,
          version,
          kind,
          plural: stringAt(one, 'resource') ?? '',
          namespaced: stringAt(one, 'scope') === 'Namespaced',
          verbs: listAt(one, 'verbs').map(String),
          subresources: listAt(one, 'subresources').map((sub) => stringAt(sub, 'subresource') ?? ''),
        })
      }
    }
  }
  return { resources, groupVersions, failedGroups }
}

function versionsOf(group: unknown): { groupVersion: string; path: string }[] {
  const preferred = stringAt(group, 'preferredVersion', 'groupVersion')
  const all = listAt(group, 'versions').map((version) => stringAt(version, 'groupVersion') ?? '')
  const sorted = all.toSorted((a, b) => Number(b === preferred) - Number(a === preferred))
  return sorted.map((groupVersion) => ({ groupVersion, path: `/apis/${groupVersion}` }))
}

async function readEach(
  http: KubeHttp,
  versions: readonly { readonly groupVersion: string; readonly path: string }[],
  signal?: AbortSignal,
): Promise<Part> {
  const failedGroups: string[] = []
  const parts = await eachLimited(versions, 8, async ({ groupVersion, path }) => {
    const [group, version] = groupVersion.includes('/') ? groupVersion.split('/') : ['', groupVersion]
    try {
      const body = await http.json({ method: 'GET', path, signal })
      return toResources({ group: group ?? '', version: version ?? '', body })
    } catch (error) {
      // The core API is no add-on that may be down: without it nothing is known.
      if (group === '' || !(error instanceof AppError) || error.code === 'CANCELLED') throw error
      failedGroups.push(group ?? '')
      return []
    }
  })
  return { resources: parts.flat(), groupVersions: versions.map((one) => one.groupVersion), failedGroups }
}

function toResources(from: {
  readonly group: string
  readonly version: string
  readonly body: unknown
}): ResourceType[] {
  const { group, version, body } = from
  const all = listAt(body, 'resources')
  const names = all.map((one) => stringAt(one, 'name') ?? '')
  return all.flatMap((one) => {
    const plural = stringAt(one, 'name') ?? ''
    if (plural === '' || plural.includes('/')) return []
    return [
      {
        group,
        version,
        kind: stringAt(one, 'kind') ?? '',
        plural,
        namespaced: at(one, 'namespaced') === true,
        verbs: listAt(one, 'verbs').map(String),
        subresources: names
          .filter((name) => name.startsWith(`${plural}/`))
          .map((name) => name.slice(plural.length + 1)),
      },
    ]
  })
}
