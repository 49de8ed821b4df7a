/** Reads lines and counted bytes from a stream of chunks. `undefined` = the stream ended first. */
export type ByteReader = {
  readonly line: () => Promise<string | undefined>
  readonly bytes: (size: number) => Promise<Buffer | undefined>
  /** Reads past bytes without keeping them. */
  readonly skip: (size: number) => Promise<boolean>
}

export function createByteReader(stream: AsyncIterable<Buffer>): ByteReader {
  const chunks = stream[Symbol.asyncIterator]()
  let rest: Buffer = Buffer.alloc(0)
  const next = async (): Promise<Buffer | undefined> => {
    const chunk = await chunks.next()
    return chunk.done === true ? undefined : chunk.value
  }
  const line = async () => {
    let end = rest.indexOf(10)
    while (end < 0) {
      const chunk = await next()
      if (chunk === undefined) return undefined
      rest = Buffer.concat([rest, chunk])
      end = rest.indexOf(10)
    }
    const text = rest.subarray(0, end).toString('latin1')
    rest = rest.subarray(end + 1)
    return text
  }
  const bytes = async (size: number) => {
    // Large objects arrive in many chunks, joined once; of small ones a chunk holds hundreds: what waits behind one is not copied for it.
    const parts = [rest]
    let have = rest.length
    let last = rest
    while (have < size) {
      const chunk = await next()
      if (chunk === undefined) return undefined
      parts.push(chunk)
      have += chunk.length
      last = chunk
    }
    const over = have - size
    rest = last.subarray(last.length - over)
    parts[parts.length - 1] = last.subarray(0, last.length - over)
    return Buffer.concat(parts, size)
  }
  const skip = async (size: number) => {
    let left = size - rest.length
    rest = rest.subarray(Math.min(size, rest.length))
    while (left > 0) {
      const chunk = await next()
      if (chunk === undefined) return false
      rest = chunk.subarray(Math.min(left, chunk.length))
      left -= chunk.length
    }
    return true
  }
  return { line, bytes, skip }
}
