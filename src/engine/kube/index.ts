export { createKube } from './create-kube.ts'
export { conflictCauseOf, conflictCauses } from './errors.ts'
export type { Kube, KubeContext, KubePorts, KubeSettings } from './kube.ts'
export type {
  AccessAnswer,
  AccessQuestion,
  ApplyOptions,
  Cluster,
  ConflictCause,
  DeleteOptions,
  DeleteResult,
  JsonPatchOperation,
  LogOptions,
  ObjectList,
  ReadOptions,
  Scope,
  WriteOptions,
} from './cluster.ts'
export type { Discovery, GroupKind, ResourceType } from './discovery.ts'
export type { KubeHttp, KubeRequest, KubeResponse } from './http.ts'
export type { Watch, WatchEvent, WatchListener, WatchState } from './watch.ts'
