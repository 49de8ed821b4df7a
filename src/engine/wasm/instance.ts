import { Worker } from 'node:worker_threads'
import { AppError } from '#contract'

export type InstanceLimits = { readonly timeoutMs: number; readonly signal?: AbortSignal | undefined }
export type InstanceAnswer = {
  readonly answer: Uint8Array
  /** The request asked for the clock or for randomness: another time it may be answered differently. */
  readonly impure: boolean
}

/** One worker with one instance. `send` takes one request at a time. */
export type Instance = {
  readonly send: (
    request: { readonly bytes: Uint8Array<ArrayBuffer>; readonly nowMs: number },
    limits: InstanceLimits,
  ) => Promise<InstanceAnswer>
  /** Grown past its bound, or ended: it takes no further request. */
  readonly spent: () => boolean
  readonly end: () => void
}

/** Memory of an instance never shrinks: past this it is replaced (160 to 200 MB are usual). */
const maxMemoryBytes = 700 * 1024 * 1024

type Message =
  | 'ready'
  | { readonly answer: Uint8Array; readonly memoryBytes: number; readonly impure: boolean }
  | { readonly ended: string }

export function startInstance(module: WebAssembly.Module, workerUrl: URL): Instance {
  const worker = new Worker(workerUrl, {
    workerData: { module },
    stdout: true,
    stderr: true,
    // What is young there are requests and answers: more room for them than this is only memory.
    resourceLimits: { maxOldGenerationSizeMb: 512, maxYoungGenerationSizeMb: 16 },
  })
  worker.unref()
  let spent = false
  const end = () => {
    spent = true
    void worker.terminate()
  }
  // One listener for the life of the worker: a failure between two requests is no uncaught error, it spends the instance.
  let heard: (message: Message | undefined, error?: unknown) => void = () => undefined
  worker.on('message', (message: Message) => heard(message))
  const died = (error: unknown) => {
    spent = true
    heard(undefined, error)
  }
  worker.on('error', died)
  worker.on('exit', died)
  let isReady = false
  const send: Instance['send'] = (request, { timeoutMs, signal }) =>
    new Promise((resolve, reject) => {
      const settle = (finish: () => void) => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', abort)
        heard = () => undefined
        worker.unref()
        finish()
      }
      const fail = (error: AppError) =>
        settle(() => {
          end()
          reject(error)
        })
      const abort = () => fail(new AppError('CANCELLED', { message: 'The render was cancelled.' }))
      const timer = setTimeout(() => fail(tookTooLong(timeoutMs)), timeoutMs)
      const post = () => worker.postMessage(request, [request.bytes.buffer])
      heard = (message, error) => {
        if (message === undefined) return fail(endedWith('', error))
        if (message === 'ready') {
          isReady = true
          return post()
        }
        if ('ended' in message) return fail(endedWith(message.ended))
        return settle(() => {
          spent ||= message.memoryBytes > maxMemoryBytes
          resolve(message)
        })
      }
      worker.ref()
      if (signal?.aborted === true) return abort()
      signal?.addEventListener('abort', abort, { once: true })
      if (spent) return fail(endedWith(''))
      if (isReady) post()
    })
  return { send, spent: () => spent, end }
}

function tookTooLong(timeoutMs: number): AppError {
  return new AppError('RENDER_TIMEOUT', {
    message: `The render took longer than ${timeoutMs / 1000} s and was ended.`,
  })
}

/** `words`: what Go wrote as it ended; its first line says why. */
function endedWith(words: string, cause?: unknown): AppError {
  const full = cause instanceof Error && 'code' in cause && cause.code === 'ERR_WORKER_OUT_OF_MEMORY'
  if (full || words.includes('out of memory') || words.includes('cannot allocate memory')) {
    return new AppError('RENDER_TOO_LARGE', { message: 'The render needed more memory than it may have.' })
  }
  const why = words.split('\n')[0] ?? ''
  return new AppError('RENDER_FAILED', {
    message: `The render ended without an answer${why === '' ? '.' : `: ${why}`}`,
    cause,
  })
}
