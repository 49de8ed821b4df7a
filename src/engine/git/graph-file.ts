import { webcrypto } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Oid } from '#contract'
import { mayHold } from './bloom.ts'
import type { PathKey } from './bloom.ts'

/** Our commit-graph in memory. Commits have places: numbers that mean nothing but in this graph. */
export type Graph = {
  readonly placeOf: (oid: Oid) => number | undefined
  readonly oidOf: (place: number) => Oid
  /** The first parent; undefined = it has none. */
  readonly parentOf: (place: number) => number | undefined
  /** The first place from here on, along the first parents, whose commit may have changed one of the paths; `end` where so many steps lead past none. */
  readonly find: (from: number, keys: readonly PathKey[], steps: number) => Found
}

export type Found =
  | { readonly kind: 'maybe'; readonly place: number }
  | { readonly kind: 'more'; readonly place: number }
  | { readonly kind: 'end' }

type Layer = {
  readonly bytes: Buffer
  /** Commits in the layers below. */
  readonly below: number
  readonly count: number
  readonly oidBytes: number
  readonly oids: number
  readonly commits: number
  readonly index: number
  readonly filters: number
  readonly hashCount: number
}

/** 70 bytes a commit: more than a million commits are read by git alone. */
const maxBytes = 96 * 1024 * 1024
const idleMs = 30_000
const noParent = 0x70000000
const filterHeader = 12

/** Reads the graph of an object directory; what was read is kept until the graph is another, or nobody asked for 30 s. Undefined = git has to read it. */
export function createGraphReader(objects: string): () => Promise<Graph | undefined> {
  let kept: { readonly chain: string; readonly graph: Promise<Graph | undefined> } | undefined
  let idle: NodeJS.Timeout | undefined
  const dir = join(objects, 'info', 'commit-graphs')
  return async () => {
    const chain = await readFile(join(dir, 'commit-graph-chain'), 'latin1').catch(() => '')
    if (kept?.chain !== chain) kept = { chain, graph: readChain(dir, chain) }
    clearTimeout(idle)
    idle = setTimeout(() => (kept = undefined), idleMs)
    idle.unref()
    return kept.graph
  }
}

/** A chain of files, the oldest first (gitformat-commit-graph). */
async function readChain(dir: string, chain: string): Promise<Graph | undefined> {
  try {
    const names = chain.split('\n').filter(Boolean)
    const layers: Layer[] = []
    let bytes = 0
    for (const name of names) {
      const file = join(dir, `graph-${name}.graph`)
      bytes += (await stat(file)).size
      const below = layers.reduce((sum, { count }) => sum + count, 0)
      const layer = bytes > maxBytes ? undefined : await toLayer(await readFile(file), below)
      if (layer === undefined) return undefined
      layers.push(layer)
    }
    return layers.length === 0 ? undefined : toGraph(layers)
  } catch (error) {
    // Another process may have merged layers meanwhile; a full table of files is git's to tell.
    if (error instanceof Error && 'code' in error) return undefined
    throw error
  }
}

/** Undefined: other numbers than ours, or bytes that are not what was written. A wrong parent would be a wrong history. */
async function toLayer(bytes: Buffer<ArrayBuffer>, below: number): Promise<Layer | undefined> {
  const oidBytes = bytes[5] === 2 ? 32 : 20
  if (bytes.length < 64 || bytes.toString('latin1', 0, 4) !== 'CGPH' || bytes[4] !== 1) return undefined
  const end = bytes.length - oidBytes
  // In a thread of its own: 9 MB of a hundred thousand commits would keep everybody waiting for 20 ms.
  const sum = await webcrypto.subtle.digest(oidBytes === 32 ? 'SHA-256' : 'SHA-1', bytes.subarray(0, end))
  if (!bytes.subarray(end).equals(new Uint8Array(sum))) return undefined
  const chunks = new Map<string, number>()
  for (let n = 0; n < (bytes[6] ?? 0); n++) {
    const at = 8 + 12 * n
    chunks.set(bytes.toString('latin1', at, at + 4), Number(bytes.readBigUInt64BE(at + 4)))
  }
  const [fanout, oids, commits, index, filters] = ['OIDF', 'OIDL', 'CDAT', 'BIDX', 'BDAT'].map((id) =>
    chunks.get(id),
  )
  if (fanout === undefined || oids === undefined || commits === undefined) return undefined
  if (index === undefined || filters === undefined || bytes.readUInt32BE(filters) !== 1) return undefined
  const count = bytes.readUInt32BE(fanout + 255 * 4)
  const hashCount = bytes.readUInt32BE(filters + 4)
  return { bytes, below, count, oidBytes, oids, commits, index, filters: filters + filterHeader, hashCount }
}

function toGraph(layers: readonly Layer[]): Graph {
  const layerOf = (place: number): Layer => {
    const found = layers.findLast(({ below }) => place >= below)
    if (found === undefined) throw new RangeError(`${place} is no place of the graph.`)
    return found
  }
  return {
    placeOf: (oid) => {
      for (const layer of layers) {
        const at = search(layer, oid)
        if (at !== undefined) return layer.below + at
      }
      return undefined
    },
    oidOf: (place) => {
      const { bytes, below, oidBytes, oids } = layerOf(place)
      const at = oids + (place - below) * oidBytes
      return bytes.toString('hex', at, at + oidBytes)
    },
    parentOf: (place) => parentIn(layerOf(place), place),
    find: (from, keys, steps) => {
      let layer = layerOf(from)
      let place = from
      for (let step = 0; step < steps; step++) {
        if (place < layer.below || place >= layer.below + layer.count) layer = layerOf(place)
        if (mayChange(layer, place, keys)) return { kind: 'maybe', place }
        const parent = parentIn(layer, place)
        if (parent === undefined) return { kind: 'end' }
        place = parent
      }
      return { kind: 'more', place }
    },
  }
}

function parentIn({ bytes, below, oidBytes, commits }: Layer, place: number): number | undefined {
  const parent = numberAt(bytes, commits + (place - below) * (oidBytes + 16) + oidBytes)
  return parent === noParent ? undefined : parent
}

function mayChange(
  { bytes, below, index, filters, hashCount }: Layer,
  place: number,
  keys: readonly PathKey[],
): boolean {
  const at = index + (place - below) * 4
  const from = filters + (place === below ? 0 : numberAt(bytes, at - 4))
  const filter = { bytes, from, to: filters + numberAt(bytes, at) }
  for (const key of keys) if (mayHold(filter, key, hashCount)) return true
  return false
}

/** Big-endian. Without the checks of `readUInt32BE`, which take most of the time of a walk. */
function numberAt(bytes: Uint8Array, at: number): number {
  return (
    (((bytes[at] ?? 0) << 24) |
      ((bytes[at + 1] ?? 0) << 16) |
      ((bytes[at + 2] ?? 0) << 8) |
      (bytes[at + 3] ?? 0)) >>>
    0
  )
}

function search({ bytes, count, oidBytes, oids }: Layer, oid: Oid): number | undefined {
  const wanted = Buffer.from(oid, 'hex')
  let low = 0
  let high = count - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    const at = oids + middle * oidBytes
    const order = wanted.compare(bytes, at, at + oidBytes)
    if (order === 0) return middle
    if (order < 0) high = middle - 1
    else low = middle + 1
  }
  return undefined
}
