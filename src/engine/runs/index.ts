/** Which commit each replica runs, and how it is: `watchWorkloads(request, onSeen: (seen: WorkloadsSeen) => void): WorkloadsWatch`. */
export type { RenderedCommit, WorkloadsRequest, WorkloadsSeen, WorkloadsWatch } from './runs.ts'
