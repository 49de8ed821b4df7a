export { readTimeline } from './read.ts'
export type { TimelineEvent, TimelinePorts, TimelineRequest, UnmarkedRow } from './read.ts'
export { showCommit } from './show.ts'
