import type { App, SafetyReason } from '#contract'
import { askedKeys, safetyReport } from '#core'
import type { Manifest } from '#core'
import { readFacts } from './facts.ts'
import type { Facts, SafetyPorts } from './facts.ts'

export { readFacts } from './facts.ts'
export type { Facts, SafetyPorts } from './facts.ts'
export { keepFacts } from './kept-facts.ts'
export type { KeptFacts } from './kept-facts.ts'

type Sides = {
  readonly before: readonly Manifest[]
  readonly after: readonly Manifest[]
  readonly renderedHash: string | undefined
}

/**
 * The reasons against a result by facts that were read before. Without any (no cluster, or one that does not answer) those that need none: what
 * was not read is left out, and the review says it.
 */
export async function reasonsBy(
  facts: Facts | undefined,
  sides: Sides,
  now: string,
  signal?: AbortSignal,
): Promise<readonly SafetyReason[]> {
  if (facts !== undefined) {
    const live = await facts.live(askedKeys(sides), signal)
    if (facts.lost() === undefined) return safetyReport({ ...facts, ...sides, live, now })
  }
  const unread = { unread: 'no cluster answers' }
  const blind = safetyReport({
    ...sides,
    records: unread,
    images: unread,
    live: () => ({ state: 'unknown', why: unread.unread }),
    context: '',
    now,
  })
  return blind.filter(({ code }) => code !== 'NOT_READ')
}

/** Reads what the report needs and has core judge it. What cannot be read becomes a reason of its own. `KUBE_*` where nothing can be asked. */
export async function readSafety(
  ports: SafetyPorts,
  app: App,
  sides: Sides,
  signal?: AbortSignal,
): Promise<readonly SafetyReason[]> {
  const { context, records, images, live } = await readFacts(ports, app, signal)
  return safetyReport({
    ...sides,
    records,
    images,
    live: await live(askedKeys(sides), signal),
    context,
    now: ports.now(),
  })
}
