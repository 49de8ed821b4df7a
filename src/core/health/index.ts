export { healthOf, worst } from './health-of.ts'
export { newestPods, ownerUid, podRevision, podsOf, replicaSetsOf, uidOf } from './newest.ts'
export type { Offspring } from './newest.ts'
export { podState, restartsOf } from './pod-state.ts'
