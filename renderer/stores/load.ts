import type { Failure } from '#contract'

/** One thing that is fetched. `since` of `loading` is when it began (ms), so that a view can say what it waits for. */
export type Load<T> =
  | { readonly status: 'idle' }
  | { readonly status: 'loading'; readonly since: number }
  | { readonly status: 'ready'; readonly value: T }
  | { readonly status: 'failed'; readonly failure: Failure }

export const idle: Load<never> = { status: 'idle' }

export function loading(since: number): Load<never> {
  return { status: 'loading', since }
}
export function ready<T>(value: T): Load<T> {
  return { status: 'ready', value }
}
export function failed(failure: Failure): Load<never> {
  return { status: 'failed', failure }
}
/** The value when there is one. */
export function valueOf<T>(load: Load<T>): T | undefined {
  return load.status === 'ready' ? load.value : undefined
}
