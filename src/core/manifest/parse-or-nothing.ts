import { parseDocument } from 'yaml'
import type { Document } from 'yaml'

/** A text as one document with its offsets, keys as often as they stand there; undefined = it is none, so that nothing is known about it. */
export function parseOrNothing(text: string): Document | undefined {
  try {
    const document = parseDocument(text, { uniqueKeys: false, logLevel: 'silent' })
    return document.errors.length === 0 ? document : undefined
  } catch (error) {
    // Nesting deeper than the stack.
    if (error instanceof RangeError) return undefined
    throw error
  }
}
