/** Which commit each replica runs, and how it is: workloads with their pods, live. */
export { watchWorkloads } from './watch-workloads.ts'
export type { RenderedCommit, WorkloadsSeen } from './runs.ts'
