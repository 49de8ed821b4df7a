import type { Facts } from './facts.ts'

/** Facts of one view of an app: read once, and again when the live state moved or a while has passed. */
export type KeptFacts = {
  /** Undefined = there is no cluster to ask, or it does not answer. */
  readonly current: () => Facts | undefined
  /** Another number with each reading. */
  readonly serial: () => number
  readonly isReading: () => boolean
  /** The live state may have moved. */
  readonly look: () => void
  readonly close: () => void
}

/** A rollout moves the live state each second: its facts are read at most this often. */
const shortestMs = 5_000
/** What no watch tells of (a Secret that an app needs and does not declare). */
const longestMs = 60_000

export function keepFacts(options: {
  readonly read: (signal: AbortSignal) => Promise<Facts | undefined>
  /** What the live state is by; undefined = nothing is known of it yet. */
  readonly stateId: () => string | undefined
  readonly onChange: () => void
  /** Calls back once; answers the function that forgets it. */
  readonly after: (ms: number, run: () => void) => () => void
}): KeptFacts {
  const { stateId, onChange, after } = options
  const closing = new AbortController()
  let facts: Facts | undefined
  let serial = 0
  let readOf: string | undefined
  let reading = false
  let rests = false
  let cancel = () => {}
  const read = async (id: string) => {
    reading = true
    readOf = id
    // A cluster that does not answer says nothing of the app: there is nothing to tell, and the next look asks again.
    facts = await options.read(closing.signal).catch(() => undefined)
    reading = false
    if (closing.signal.aborted) return
    serial += 1
    rests = true
    cancel = after(shortestMs, () => {
      rests = false
      cancel = after(longestMs - shortestMs, () => void read(stateId() ?? id))
      look()
    })
    onChange()
  }
  const look = () => {
    const id = stateId()
    if (closing.signal.aborted || id === undefined || reading || rests || id === readOf) return
    cancel()
    void read(id)
  }
  return {
    current: () => facts,
    serial: () => serial,
    isReading: () => reading,
    look,
    close: () => {
      closing.abort()
      cancel()
    },
  }
}
