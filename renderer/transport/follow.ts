import type { Failure, Input, Output, StreamName } from '#contract'
import { failureOf } from './failure-of.ts'
import type { Link } from './link.ts'

export type FollowListener<N extends StreamName> = {
  /** `'again'` drops the stream and begins it anew (a gap in the deltas). */
  readonly onItem: (item: Output<N>) => 'again' | undefined | void
  /** The stream failed for good; it is begun anew only by another `follow`. */
  readonly onFailure: (failure: Failure) => void
  /** The line to the engine is down: what is shown grows old. */
  readonly onStale?: () => void
}

/** Reads a stream until stopped, and begins it anew whenever the line to the engine comes back. */
export function follow<N extends StreamName>(
  link: Link,
  call: { readonly name: N; readonly input: Input<N> },
  listener: FollowListener<N>,
): () => void {
  const ending = new AbortController()
  void readOn(link, call, listener, ending.signal)
  return () => ending.abort()
}

async function readOn<N extends StreamName>(
  link: Link,
  call: { readonly name: N; readonly input: Input<N> },
  listener: FollowListener<N>,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await opened(link, signal)
    if (signal.aborted) return
    const how = await readOnce(link, call, listener, signal)
    if (signal.aborted || how === 'ended') return
    if (how === 'lost') {
      listener.onStale?.()
      // The close may be heard before the state changes; the next turn waits for the line to open.
      await changed(link, signal)
    }
  }
}

async function readOnce<N extends StreamName>(
  link: Link,
  { name, input }: { readonly name: N; readonly input: Input<N> },
  listener: FollowListener<N>,
  signal: AbortSignal,
): Promise<'again' | 'lost' | 'ended'> {
  try {
    for await (const item of link.client.stream(name, input as never, { signal })) {
      if (signal.aborted) return 'ended'
      if (listener.onItem(item) === 'again') return 'again'
    }
    return 'ended'
  } catch (error) {
    if (signal.aborted) return 'ended'
    const failure = failureOf(error)
    if (failure.code === 'UNAVAILABLE') return 'lost'
    listener.onFailure(failure)
    return 'ended'
  }
}

function opened(link: Link, signal: AbortSignal): Promise<void> {
  if (link.state().status === 'open' || signal.aborted) return Promise.resolve()
  return new Promise((resolve) => {
    const stop = link.onState((state) => {
      if (state.status === 'open') done()
    })
    const done = () => {
      stop()
      signal.removeEventListener('abort', done)
      resolve()
    }
    signal.addEventListener('abort', done)
  })
}

/** Until the link says something new, if it still claims to be open. */
function changed(link: Link, signal: AbortSignal): Promise<void> {
  if (link.state().status !== 'open' || signal.aborted) return Promise.resolve()
  return new Promise((resolve) => {
    const done = () => {
      stop()
      signal.removeEventListener('abort', done)
      resolve()
    }
    const stop = link.onState(done)
    signal.addEventListener('abort', done)
  })
}
