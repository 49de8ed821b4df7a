import { createHash } from 'node:crypto'
import type { Sha256 } from '#core'
import type { CompareCache } from './compare-cache.ts'
import type { Clock, LocalMerge } from './sync.ts'

/** What every part of this room shares: ports with their defaults filled in, and the cache of comparisons. */
export type Room = {
  readonly who: string
  readonly version: string
  readonly clock: Clock
  readonly newId: () => string
  readonly merge: LocalMerge | undefined
  readonly cache: CompareCache
}

export const sha256: Sha256 = (text) => createHash('sha256').update(text).digest('hex')

export function toBase64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64')
}
