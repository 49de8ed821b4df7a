import { AppError } from '#contract'
import { askAccess } from './access.ts'
import type { KubeAuth } from './auth.ts'
import type { Cluster } from './cluster.ts'
import type { Clock } from './clock.ts'
import { createDiscoveryCache } from './discovery-cache.ts'
import type { KubeHttp } from './http.ts'
import type { Identity } from './identity.ts'
import type { KubePorts } from './kube.ts'
import type { ResolvedContext } from './kubeconfig.ts'
import { readLogs } from './logs.ts'
import { createOpenApi } from './openapi.ts'
import { getObject, listObjects } from './read.ts'
import type { Api } from './read.ts'
import { unknownKind } from './resource-path.ts'
import { createSharedWatches } from './shared-watches.ts'
import type { SharedWatches } from './shared-watches.ts'
import { applyObject, createObject, deleteObject, patchObject, replaceObject } from './write.ts'

export type LiveCluster = { readonly cluster: Cluster; readonly watches: SharedWatches }

/** The calls of one cluster over its connection. */
export function createCluster(from: {
  readonly resolved: ResolvedContext
  readonly auth: KubeAuth
  readonly http: KubeHttp
  readonly identity: Identity
  readonly clock: Clock
  readonly log: NonNullable<KubePorts['log']>
}): LiveCluster {
  const { http, clock, log, identity } = from
  const { context } = from.resolved
  const discovery = createDiscoveryCache(http, clock)
  const api: Api = {
    http,
    typeOf: async (kind, options = {}) => {
      const type = await discovery.find(kind)
      if (options.signal?.aborted === true)
        throw new AppError('CANCELLED', { message: `${kind.kind}: cancelled.`, subject: kind.kind })
      if (type === undefined) throw unknownKind(kind)
      return type
    },
  }
  const watches = createSharedWatches({ api, server: context.server, clock, log })
  const cluster: Cluster = {
    context: context.name,
    server: context.server,
    namespace: context.namespace,
    ...identity,
    http,
    discovery: (options = {}) => discovery.read({ fresh: options.fresh }),
    resourceOf: (kind) => discovery.find(kind),
    get: (key, options) => getObject(api, key, options),
    list: (kind, scope, options) => listObjects(api, kind, scope, options),
    watch: watches.watch,
    patchApply: (object, options) => applyObject(api, object, options),
    jsonPatch: (key, body, options) =>
      patchObject(api, key, { contentType: 'application/json-patch+json', body }, options),
    mergePatch: (key, body, options) =>
      patchObject(api, key, { contentType: 'application/merge-patch+json', body }, options),
    create: (object, options) => createObject(api, object, options),
    replace: (object, options) => replaceObject(api, object, options),
    delete: (key, options) => deleteObject(api, key, options),
    canI: (questions, options) => askAccess(http, questions, options),
    openapi: createOpenApi(http),
    logs: (pod, options) => readLogs(http, pod, options),
  }
  return { cluster, watches }
}
