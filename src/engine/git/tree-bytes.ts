import type { Oid } from '#contract'

export type RawEntry = { readonly mode: string; readonly name: string; readonly oid: Oid }

/**
 * A tree object's own bytes: mode, space, name, NUL, 20 bytes. Names with a backslash are read as they are; what is no UTF-8 carries U+FFFD
 * and is refused when somebody asks for it.
 */
export function parseTreeBytes(bytes: Uint8Array): readonly RawEntry[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const entries: RawEntry[] = []
  for (let at = 0; at < buffer.length;) {
    const space = buffer.indexOf(32, at)
    const end = buffer.indexOf(0, space)
    const mode = buffer.toString('latin1', at, space).padStart(6, '0')
    const name = buffer.toString('utf8', space + 1, end)
    entries.push({ mode, name, oid: buffer.toString('hex', end + 1, end + 21) })
    at = end + 21
  }
  return entries
}
