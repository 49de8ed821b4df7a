export { readModule } from './module-file.ts'
export { createWasmPool } from './pool.ts'
export type { Answer, CallLimits, WasmOptions, WasmPool } from './pool.ts'
