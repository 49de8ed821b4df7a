import { join } from 'node:path'
import { createWasmPool, readModule } from '../../../src/engine/wasm/index.ts'
import type { WasmPool } from '../../../src/engine/wasm/index.ts'

/** The committed module behind one instance. */
export function testPool(size = 1, maxMemoryBytes?: number): WasmPool {
  return createWasmPool({
    module: () => readModule(join(import.meta.dirname, '../../../build/wasm/wheelhouse.wasm.br')),
    workerUrl: new URL('../../../src/engine/wasm/worker.ts', import.meta.url),
    size,
    ...(maxMemoryBytes === undefined ? {} : { maxMemoryBytes }),
  })
}
