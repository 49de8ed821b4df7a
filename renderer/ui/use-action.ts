import { useCallback, useState } from 'react'
import type { Failure } from '#contract'
import { failureOf } from '../transport/failure-of.ts'

export type Action<A extends readonly unknown[]> = {
  readonly run: (...args: A) => void
  readonly state: 'idle' | 'running' | 'failed'
  readonly failure: Failure | undefined
  readonly clear: () => void
}

type State =
  | { readonly status: 'idle' }
  | { readonly status: 'running' }
  | { readonly status: 'failed'; readonly failure: Failure }

/** A command behind a button: not twice at once, and its failure is kept for the place where the button is. */
export function useAction<A extends readonly unknown[]>(act: (...args: A) => Promise<unknown>): Action<A> {
  const [state, setState] = useState<State>({ status: 'idle' })
  const clear = useCallback(() => setState({ status: 'idle' }), [])
  const run = (...args: A) => {
    if (state.status === 'running') return
    setState({ status: 'running' })
    act(...args).then(clear, (error: unknown) => setState({ status: 'failed', failure: failureOf(error) }))
  }
  return { run, clear, state: state.status, failure: state.status === 'failed' ? state.failure : undefined }
}
