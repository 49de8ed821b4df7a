export { readTimeline } from './read.ts'
export type { TimelinePorts, TimelineRequest, UnmarkedRow } from './read.ts'
export { showCommit } from './show.ts'
