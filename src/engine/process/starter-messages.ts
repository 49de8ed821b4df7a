import type { ChildOptions, RunResult } from './child.ts'
import type { PipedOptions } from './piped.ts'

type Command = { readonly id: number; readonly command: string; readonly args: readonly string[] }

/** What the engine asks of the starter. */
export type Order =
  | (Command & {
      readonly type: 'run'
      readonly options: Pick<ChildOptions, 'cwd' | 'env' | 'input' | 'timeoutMs' | 'maxBytes'>
    })
  | (Command & { readonly type: 'open'; readonly options: PipedOptions })
  | { readonly type: 'write'; readonly id: number; readonly bytes: Uint8Array }
  | { readonly type: 'end'; readonly id: number }
  | { readonly type: 'cancel'; readonly id: number }
  | { readonly type: 'kill'; readonly id: number }
  /** So many bytes of its standard output were taken. */
  | { readonly type: 'taken'; readonly id: number; readonly bytes: number }

/** What the starter tells. */
export type Report =
  | { readonly type: 'result'; readonly id: number; readonly result: RunResult }
  | { readonly type: 'out' | 'err'; readonly id: number; readonly bytes: Uint8Array }
  /** `failure`: it could not be started. */
  | {
      readonly type: 'closed'
      readonly id: number
      readonly exitCode: number | null
      readonly failure?: string
    }

/** One side of the connection between them; messages are cloned (bytes included) and keep their order. */
export type StarterChannel<Sent> = {
  readonly send: (message: Sent) => void
  readonly onMessage: (listener: (message: unknown) => void) => void
  /** The other side is gone. */
  readonly onClose: (listener: () => void) => void
  readonly close: () => void
  /** This process may end while nobody waits for an answer; nothing to do where something else keeps it. */
  readonly hold?: (waiting: boolean) => void
}
