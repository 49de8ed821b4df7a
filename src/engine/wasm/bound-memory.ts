/**
 * The same module with an upper bound on its memory. Go's linker sets none, so that a template that builds an endless text would take
 * all of the machine's memory before its time is over; with the bound the instance ends instead. The bytes given are spent.
 */
export function boundMemory(module: Uint8Array<ArrayBuffer>, maxBytes: number): Uint8Array<ArrayBuffer> {
  for (let at = 8; at < module.length;) {
    const id = module[at]
    const size = readNumber(module, at + 1)
    const end = size.next + size.value
    if (id === memorySection) {
      const minimum = readNumber(module, size.next + 2)
      const body = [1, withMaximum, ...toNumber(minimum.value), ...toNumber(Math.floor(maxBytes / pageBytes))]
      const section = [memorySection, ...toNumber(body.length), ...body]
      return replaced(module, { at, end, section })
    }
    at = end
  }
  throw new Error('The WebAssembly module declares no memory.')
}

/** In place where there is room in front (see `readModule`): the head of the module moves then, and not its 43 MB. */
function replaced(
  module: Uint8Array<ArrayBuffer>,
  { at, end, section }: { readonly at: number; readonly end: number; readonly section: readonly number[] },
): Uint8Array<ArrayBuffer> {
  const start = module.byteOffset + end - at - section.length
  if (start < 0) {
    const copy = new Uint8Array(at + section.length + module.length - end)
    copy.set(module.subarray(0, at))
    copy.set(section, at)
    copy.set(module.subarray(end), at + section.length)
    return copy
  }
  const whole = new Uint8Array(module.buffer, 0, module.byteOffset + module.length)
  whole.copyWithin(start, module.byteOffset, module.byteOffset + at)
  whole.set(section, start + at)
  return whole.subarray(start)
}

const memorySection = 5
/** Flag of a memory's limits: a maximum follows the minimum. */
const withMaximum = 1
const pageBytes = 65_536

/** WebAssembly's numbers: seven bits a byte, lowest first (LEB128). */
function readNumber(bytes: Uint8Array, from: number): { readonly value: number; readonly next: number } {
  let value = 0
  for (let at = from, scale = 1; ; at++, scale *= 128) {
    const byte = bytes[at] ?? 0
    value += (byte & 0x7f) * scale
    if (byte < 0x80) return { value, next: at + 1 }
  }
}

function toNumber(value: number): readonly number[] {
  const low = value % 128
  return value < 128 ? [low] : [low | 0x80, ...toNumber(Math.floor(value / 128))]
}
