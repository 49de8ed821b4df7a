import { parentPort, workerData } from 'node:worker_threads'
import { ConsoleStdout, WASI } from '@bjorn3/browser_wasi_shim'

// The worker around the WebAssembly module: one instance, one request at a time. It has no folder opened, no network and no processes; what it
// may know is in the request. An endless template is ended by ending this worker.

type Exports = {
  readonly memory: WebAssembly.Memory
  readonly alloc: (size: number) => number
  readonly render: () => number
  readonly result: () => number
}

const silent = new ConsoleStdout(() => undefined)
// klog reads os.Args[0] while it is initialised.
const wasi = new WASI(['wheelhouse'], [], [silent, silent, silent])
const instance = await WebAssembly.instantiate(
  (workerData as { readonly module: WebAssembly.Module }).module,
  {
    wasi_snapshot_preview1: wasi.wasiImport,
  },
)
wasi.initialize(instance as Parameters<WASI['initialize']>[0])
const exports = instance.exports as unknown as Exports

parentPort?.on('message', (request: Uint8Array) => {
  const at = exports.alloc(request.length) >>> 0
  new Uint8Array(exports.memory.buffer, at, request.length).set(request)
  const length = exports.render() >>> 0
  const answer = new Uint8Array(exports.memory.buffer, exports.result() >>> 0, length).slice()
  parentPort?.postMessage({ answer, memoryBytes: exports.memory.buffer.byteLength }, [answer.buffer])
})
parentPort?.postMessage('ready')
