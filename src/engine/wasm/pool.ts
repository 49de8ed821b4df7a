import { AppError } from '#contract'
import { boundMemory } from './bound-memory.ts'
import { startInstance } from './instance.ts'
import type { Instance } from './instance.ts'

export type WasmOptions = {
  /** Bytes of the module, decompressed; asked for once, at the first call. */
  readonly module: () => Promise<Uint8Array<ArrayBuffer>>
  /** The worker's file: source or bundle. */
  readonly workerUrl: URL
  /** Instances at most; two unless told (one compiled module serves all, each takes 90 ms and about 170 MB). */
  readonly size?: number
  /** Memory that one instance may take; 1 GiB unless told. Past it a call ends with `RENDER_TOO_LARGE`. */
  readonly maxMemoryBytes?: number
}
export type CallLimits = {
  /** 30 s unless told, from the moment an instance is free. */
  readonly timeoutMs?: number
  readonly signal?: AbortSignal | undefined
  /** What the clock says to the service, in ms since 1970; the machine's time unless told. */
  readonly nowMs?: number
}

/**
 * What a service answers: its result with the paths that it read and those that it looked for in vain, or the paths that it asks for. A
 * refusal throws with the service's own code.
 */
export type Answer =
  | {
      readonly result: unknown
      readonly read: readonly string[]
      readonly absent: readonly string[]
      /** The clock or randomness was asked for. */
      readonly impure: boolean
    }
  | { readonly missing: readonly string[] }

export type WasmPool = {
  /** `RENDER_TIMEOUT`, `RENDER_TOO_LARGE`, `CANCELLED`, or the code that the service refuses with. */
  readonly call: (
    service: 'kustomize' | 'helm' | 'merge',
    request: unknown,
    limits?: CallLimits,
  ) => Promise<Answer>
  /** Ends the instances; calls under way end with them. */
  readonly close: () => void
}

const defaultTimeoutMs = 30_000
const defaultMemoryBytes = 1024 * 1024 * 1024
/** Instances beyond the first are ended after that time without work: each holds 50 MB that it does not need. */
const restMs = 10_000

/** A few instances behind one queue; a further one is started only while calls wait. */
export function createWasmPool(options: WasmOptions): WasmPool {
  let compiled: Promise<WebAssembly.Module> | undefined
  const instances = createInstances(options.size ?? 2, async () => {
    compiled ??= options.module().then((bytes) => {
      const bounded = boundMemory(bytes, options.maxMemoryBytes ?? defaultMemoryBytes)
      const compiling = WebAssembly.compile(bounded)
      // Its bytes were copied by the call: these 43 MB are given back now and not when somebody collects them.
      bounded.buffer.transfer(0)
      return compiling
    })
    compiled.catch(() => (compiled = undefined))
    return startInstance(await compiled, options.workerUrl)
  })
  return {
    call: async (service, request, limits = {}) => {
      const instance = await instances.take(limits.signal)
      try {
        const bytes = new TextEncoder().encode(JSON.stringify({ service, request }))
        const { answer, impure } = await instance.send(
          { bytes, nowMs: limits.nowMs ?? Date.now() },
          { timeoutMs: limits.timeoutMs ?? defaultTimeoutMs, signal: limits.signal },
        )
        return toAnswer(new TextDecoder().decode(answer), impure)
      } finally {
        instances.give(instance)
      }
    },
    close: () => instances.close(),
  }
}

type Instances = {
  readonly take: (signal: AbortSignal | undefined) => Promise<Instance>
  readonly give: (instance: Instance) => void
  readonly close: () => void
}

/** Whoever waits gets the instance that is free next, first come first served; a spent one leaves its place to a new one. */
function createInstances(size: number, start: () => Promise<Instance>): Instances {
  const idle: Instance[] = []
  const busy = new Set<Instance>()
  const waiting: (() => void)[] = []
  let resting: NodeJS.Timeout | undefined
  let places = size
  let closed = false
  const wake = () => waiting.shift()?.()
  const give = (instance: Instance) => {
    busy.delete(instance)
    if (instance.spent()) {
      instance.end()
      places += 1
    } else idle.push(instance)
    rest()
    wake()
  }
  // One stays, so that the next to ask does not wait for its start.
  const rest = () => {
    clearTimeout(resting)
    resting = setTimeout(() => {
      places += Math.max(0, idle.length - 1)
      for (const instance of idle.splice(1)) instance.end()
    }, restMs)
    resting.unref()
  }
  const take = async (signal: AbortSignal | undefined): Promise<Instance> => {
    const over = () => closed || signal?.aborted === true
    while (idle.length === 0 && places === 0 && !over()) await turn(waiting, signal)
    if (over()) {
      wake()
      throw new AppError('CANCELLED', { message: 'The render was cancelled.' })
    }
    const free = idle.pop()
    if (free !== undefined) {
      busy.add(free)
      return free
    }
    places -= 1
    try {
      const started = await start()
      busy.add(started)
      if (closed) started.end()
      return started
    } catch (error) {
      places += 1
      wake()
      throw error
    }
  }
  const close = () => {
    closed = true
    clearTimeout(resting)
    for (const instance of [...idle.splice(0), ...busy]) instance.end()
    for (const next of waiting.splice(0)) next()
  }
  return { take, give, close }
}

/** Ends when it is this caller's turn to look again, or when it gives up. */
function turn(waiting: (() => void)[], signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      signal?.removeEventListener('abort', leave)
      resolve()
    }
    const leave = () => {
      const place = waiting.indexOf(done)
      if (place >= 0) waiting.splice(place, 1)
      done()
    }
    if (signal?.aborted === true) return resolve()
    signal?.addEventListener('abort', leave, { once: true })
    waiting.push(done)
  })
}

type Reply = {
  readonly result?: unknown
  readonly missing?: readonly string[]
  readonly read?: readonly string[]
  readonly absent?: readonly string[]
  readonly failure?: { readonly code: string; readonly message: string }
}

function toAnswer(text: string, impure: boolean): Answer {
  const reply = JSON.parse(text) as Reply
  if (reply.missing !== undefined) return { missing: reply.missing }
  if (reply.failure === undefined)
    return { result: reply.result, read: reply.read ?? [], absent: reply.absent ?? [], impure }
  throw new AppError(knownCodes.find((code) => code === reply.failure?.code) ?? 'RENDER_FAILED', {
    message: reply.failure.message,
  })
}

/** Codes that the Go side uses (build/wasm). */
const knownCodes = [
  'RENDER_REMOTE_BASE',
  'RENDER_HELM_CHARTS_FIELD',
  'RENDER_CHART_DEPENDENCY_MISSING',
  'RENDER_PLUGIN_REFUSED',
  'RENDER_TOO_LARGE',
  'MERGE_FAILED',
  'INTERNAL',
] as const
