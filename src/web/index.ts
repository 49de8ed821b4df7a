/** Browser mode: the interface and its calls over loopback. */
export type { WebServer } from './serve-pipes.ts'
export { serveWeb } from './serve-web.ts'
export type { WebOptions } from './serve-web.ts'
