import { Worker } from 'node:worker_threads'
import { AppError } from '#contract'

/** One worker with one instance. `send` takes one request at a time. */
export type Instance = {
  readonly send: (
    request: Uint8Array<ArrayBuffer>,
    limits: { readonly timeoutMs: number; readonly signal?: AbortSignal | undefined },
  ) => Promise<Uint8Array>
  /** Grown past its bound, or ended: it takes no further request. */
  readonly spent: () => boolean
  readonly end: () => void
}

/** Memory of an instance never shrinks: past this it is replaced (160 to 200 MB are usual). */
const maxMemoryBytes = 700 * 1024 * 1024

type Message = 'ready' | { readonly answer: Uint8Array; readonly memoryBytes: number }

export function startInstance(module: WebAssembly.Module, workerUrl: URL): Instance {
  const worker = new Worker(workerUrl, {
    workerData: { module },
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: 512 },
  })
  worker.unref()
  let spent = false
  const end = () => {
    spent = true
    void worker.terminate()
  }
  const ready = new Promise<void>((resolve, reject) => {
    worker.once('message', () => resolve())
    worker.once('error', reject)
  })
  ready.catch(() => (spent = true))
  const send: Instance['send'] = async (request, { timeoutMs, signal }) => {
    await ready
    return new Promise((resolve, reject) => {
      const settle = (finish: () => void) => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', abort)
        worker.removeAllListeners('message').removeAllListeners('error').removeAllListeners('exit')
        worker.unref()
        finish()
      }
      const fail = (error: AppError) =>
        settle(() => {
          end()
          reject(error)
        })
      const abort = () => fail(new AppError('CANCELLED', { message: 'The render was cancelled.' }))
      const timer = setTimeout(
        () =>
          fail(
            new AppError('RENDER_TIMEOUT', {
              message: `The render took longer than ${timeoutMs / 1000} s and was ended.`,
            }),
          ),
        timeoutMs,
      )
      signal?.addEventListener('abort', abort, { once: true })
      const died = (error: unknown) =>
        fail(
          new AppError('RENDER_FAILED', {
            message: 'The render ended without an answer; it may have run out of memory.',
            cause: error,
          }),
        )
      worker.ref()
      worker.once('error', died)
      worker.once('exit', died)
      worker.once('message', (message: Message) =>
        settle(() => {
          if (message === 'ready') return
          spent ||= message.memoryBytes > maxMemoryBytes
          resolve(message.answer)
        }),
      )
      worker.postMessage(request, [request.buffer])
    })
  }
  return { send, spent: () => spent, end }
}
