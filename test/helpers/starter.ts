import { forkStarter } from '../../src/engine/process/index.ts'
import type { StarterConnection } from '../../src/engine/process/index.ts'

/** The process that starts git for a window's engine, from its source. */
export function testStarter(): StarterConnection {
  return forkStarter(new URL('../../src/engine/process/starter-process.ts', import.meta.url))
}
