import { appendFile, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { z } from 'zod'

/** Values by their keys in a file of our own that may be lost: one line each, appended. */
export type KeptLines<T> = {
  readonly get: (key: string) => Promise<T | undefined>
  readonly put: (key: string, value: T) => void
  /** Settles when all that was put is on disk, or could not be written. */
  readonly idle: () => Promise<void>
}

type Options<T> = {
  /** Values of another version are not found. */
  readonly version: string
  readonly schema: z.ZodType<T>
  /** What is older is dropped when a larger file is opened. */
  readonly maxBytes: number
}

export function createKeptLines<T>(file: string, options: Options<T>): KeptLines<T> {
  const { version } = options
  let loading: Promise<Map<string, T>> | undefined
  let writing: Promise<void> = Promise.resolve()
  const waiting: string[] = []
  const load = () => (loading ??= readLines(file, options))
  const flush = async () => {
    const lines = waiting.splice(0)
    if (lines.length === 0) return
    await mkdir(dirname(file), { recursive: true })
    await appendFile(file, lines.join(''))
  }
  return {
    get: async (key) => (await load()).get(`${version} ${key}`),
    put: (asked, value) => {
      const key = `${version} ${asked}`
      void load().then((known) => known.set(key, value))
      waiting.push(`${JSON.stringify([key, value])}\n`)
      // A cache that cannot be written (full disk) is no failure: what is not kept is made again next time.
      writing = writing.then(flush).catch(() => undefined)
    },
    idle: () => writing,
  }
}

/** A line that another process was writing, or that an older version wrote, is left out. */
async function readLines<T>(file: string, { schema, maxBytes }: Options<T>): Promise<Map<string, T>> {
  const text = await readFile(file, 'utf8').catch(() => '')
  const lineOf = z.tuple([z.string(), schema])
  const values = new Map<string, T>()
  for (const line of text.split('\n')) {
    const parsed = line === '' ? undefined : lineOf.safeParse(parseLine(line))
    if (parsed?.success !== true) continue
    const [key, value] = parsed.data
    values.set(key, value)
  }
  await shorten(file, values, maxBytes).catch(() => rm(file, { force: true }))
  return values
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

/** Keeps the newer half of a file that has grown too large. */
async function shorten<T>(file: string, values: Map<string, T>, maxBytes: number): Promise<void> {
  const size = await stat(file).then(
    (found) => found.size,
    () => 0,
  )
  if (size <= maxBytes) return
  const entries = [...values]
  for (const [key] of entries.slice(0, entries.length / 2)) values.delete(key)
  const draft = `${file}.${process.pid}`
  await writeFile(draft, [...values].map((entry) => `${JSON.stringify(entry)}\n`).join(''))
  await rename(draft, file)
}
