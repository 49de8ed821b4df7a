import { AppError } from '#contract'
import { startInstance } from './instance.ts'
import type { Instance } from './instance.ts'

export type WasmOptions = {
  /** Bytes of the module, decompressed; asked for once, at the first call. */
  readonly module: () => Promise<Uint8Array<ArrayBuffer>>
  /** The worker's file: source or bundle. */
  readonly workerUrl: URL
  /** Instances at most; two unless told (one compiled module serves all, each takes 90 ms and about 170 MB). */
  readonly size?: number
}
export type CallLimits = { readonly timeoutMs?: number; readonly signal?: AbortSignal | undefined }

/** What a service answers: its result with the paths that it read and those that it looked for in vain, or the paths that it asks for. A refusal throws with the service's own code. */
export type Answer =
  | { readonly result: unknown; readonly read: readonly string[]; readonly absent: readonly string[] }
  | { readonly missing: readonly string[] }

export type WasmPool = {
  /** `RENDER_TIMEOUT`, `CANCELLED`, or the code that the service refuses with. */
  readonly call: (
    service: 'kustomize' | 'helm' | 'merge',
    request: unknown,
    limits?: CallLimits,
  ) => Promise<Answer>
  readonly close: () => void
}

const defaultTimeoutMs = 30_000

/** A few instances behind one queue; a further one is started only while calls wait. */
export function createWasmPool(options: WasmOptions): WasmPool {
  const size = options.size ?? 2
  const idle: Instance[] = []
  const waiting: ((instance: Instance) => void)[] = []
  let running = 0
  let compiled: Promise<WebAssembly.Module> | undefined
  const start = async () => {
    compiled ??= options.module().then((bytes) => WebAssembly.compile(bytes))
    compiled.catch(() => (compiled = undefined))
    return startInstance(await compiled, options.workerUrl)
  }
  const take = async (): Promise<Instance> => {
    const free = idle.pop()
    if (free !== undefined) return free
    if (running >= size) return new Promise((resolve) => waiting.push(resolve))
    running += 1
    return start().catch((error: unknown) => {
      running -= 1
      throw error
    })
  }
  const give = (instance: Instance) => {
    if (!instance.spent()) {
      const next = waiting.shift()
      if (next === undefined) idle.push(instance)
      else next(instance)
      return
    }
    instance.end()
    running -= 1
    const next = waiting.shift()
    if (next !== undefined) void take().then(next)
  }
  return {
    call: async (service, request, limits = {}) => {
      const bytes = new TextEncoder().encode(JSON.stringify({ service, request }))
      const instance = await take()
      try {
        const answer = await instance.send(bytes, {
          timeoutMs: limits.timeoutMs ?? defaultTimeoutMs,
          signal: limits.signal,
        })
        return toAnswer(new TextDecoder().decode(answer))
      } finally {
        give(instance)
      }
    },
    close: () => {
      for (const instance of idle.splice(0)) instance.end()
    },
  }
}

type Reply = {
  readonly result?: unknown
  readonly missing?: readonly string[]
  readonly read?: readonly string[]
  readonly absent?: readonly string[]
  readonly failure?: { readonly code: string; readonly message: string }
}

function toAnswer(text: string): Answer {
  const reply = JSON.parse(text) as Reply
  if (reply.missing !== undefined) return { missing: reply.missing }
  if (reply.failure === undefined)
    return { result: reply.result, read: reply.read ?? [], absent: reply.absent ?? [] }
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
  'MERGE_FAILED',
  'INTERNAL',
] as const
