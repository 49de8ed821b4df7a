import { parentPort, workerData } from 'node:worker_threads'
import { ConsoleStdout, WASI } from '@bjorn3/browser_wasi_shim'

// The worker around the WebAssembly module: one instance, one request at a time. It has no folder opened, no network, no processes, and no
// clock but the one in the request; what it may know is in the request. An endless template is ended by ending this worker.

type Exports = {
  readonly memory: WebAssembly.Memory
  readonly alloc: (size: number) => number
  readonly render: () => number
  readonly result: () => number
}
type Request = { readonly bytes: Uint8Array; readonly nowMs: number }

const realtime = 0
let nowMs = 0
/** Whether the clock or randomness was asked for since the request began. */
let impure = false
let lastWords = ''

const silent = new ConsoleStdout(() => undefined)
const errors = new ConsoleStdout((bytes) => {
  if (lastWords.length < 4_096) lastWords += new TextDecoder().decode(bytes)
})
// klog reads os.Args[0] while it is initialised.
const wasi = new WASI(['wheelhouse'], [], [silent, silent, errors])
const system = wasi.wasiImport as unknown as {
  readonly clock_time_get: (id: number, precision: bigint, at: number) => number
  readonly random_get: (at: number, length: number) => number
}
const instance = await WebAssembly.instantiate(
  (workerData as { readonly module: WebAssembly.Module }).module,
  {
    wasi_snapshot_preview1: {
      ...wasi.wasiImport,
      clock_time_get: (id: number, precision: bigint, at: number) => {
        if (id !== realtime) return system.clock_time_get(id, precision, at)
        impure = true
        new DataView(exports.memory.buffer).setBigUint64(at, BigInt(nowMs) * 1_000_000n, true)
        return 0
      },
      random_get: (at: number, length: number) => {
        impure = true
        system.random_get(at, length)
        return 0
      },
    },
  },
)
const exports = instance.exports as unknown as Exports
wasi.initialize(instance as Parameters<WASI['initialize']>[0])

parentPort?.on('message', (request: Request) => {
  nowMs = request.nowMs
  impure = false
  lastWords = ''
  try {
    const answer = serve(request.bytes)
    parentPort?.postMessage({ answer, memoryBytes: exports.memory.buffer.byteLength, impure }, [
      answer.buffer,
    ])
  } catch (error) {
    // Go has ended: this instance answers nothing any more.
    parentPort?.postMessage({ ended: lastWords === '' ? String(error) : lastWords })
  }
})
parentPort?.postMessage('ready')

function serve(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const at = exports.alloc(bytes.length) >>> 0
  new Uint8Array(exports.memory.buffer, at, bytes.length).set(bytes)
  const length = exports.render() >>> 0
  return new Uint8Array(exports.memory.buffer, exports.result() >>> 0, length).slice()
}
