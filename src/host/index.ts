/** What stands between the engine and whoever calls it: transports, dispatch, the log. */
export { dispatch, dispatchLocal } from './dispatch.ts'
export type { DispatchPorts } from './dispatch.ts'
export { createLogger } from './log.ts'
export type { LogEntry, Logger } from './log.ts'
export { createMemoryPipe } from './memory.ts'
export { createPortPipe, eventData } from './message-port.ts'
export type { PortLike } from './message-port.ts'
