import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { constants, createBrotliDecompress } from 'node:zlib'

/** The module is 43 MB; a larger one makes the room grow. */
const expectedBytes = 48 * 1024 * 1024

/** Room in front, for a section that grows (bound-memory.ts). */
const room = 64

/**
 * The compressed module's bytes (0.2 s to open). They are written where they stay: three copies of it beside each other were the most memory that the
 * engine ever took.
 */
export async function readModule(file: string): Promise<Uint8Array<ArrayBuffer>> {
  let bytes = new Uint8Array(expectedBytes)
  let length = room
  const params = { [constants.BROTLI_DECODER_PARAM_LARGE_WINDOW]: 1 }
  const opened = createBrotliDecompress({ params, chunkSize: 1024 * 1024 })
  await pipeline(createReadStream(file), opened, async (chunks: AsyncIterable<Uint8Array>) => {
    for await (const chunk of chunks) {
      if (length + chunk.length > bytes.length) {
        const larger = new Uint8Array(2 * (length + chunk.length))
        larger.set(bytes.subarray(0, length))
        bytes = larger
      }
      bytes.set(chunk, length)
      length += chunk.length
    }
  })
  return bytes.subarray(room, length)
}
