import { appendFile, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { z } from 'zod'
import { RenderedChange } from '#contract'

/** What a commit changed, for commits that could be rendered on both sides. No manifests and no secret values: only a row's words. */
export type Effect = {
  readonly effect: 'changed' | 'none'
  readonly changes: readonly RenderedChange[]
  readonly problem?: string | undefined
}

/** Effects of commits on disk, so that a timeline that was rendered once is told without rendering. One file for all apps. */
export type EffectStore = {
  readonly get: (key: string) => Promise<Effect | undefined>
  readonly put: (key: string, effect: Effect) => void
  /** Settles when all that was put is on disk, or could not be written. */
  readonly idle: () => Promise<void>
}

/** About 50,000 rows; what is older is dropped when the file is opened. */
const maxBytes = 16 * 1024 * 1024

const Line = z.tuple([
  z.string(),
  z.object({
    effect: z.enum(['changed', 'none']),
    changes: z.array(RenderedChange).readonly(),
    problem: z.string().optional(),
  }),
])

/** `version`: of what renders; effects of another one are not found. */
export function createEffectStore(file: string, version: string): EffectStore {
  let loading: Promise<Map<string, Effect>> | undefined
  let writing: Promise<void> = Promise.resolve()
  const waiting: string[] = []
  const load = () => (loading ??= readEffects(file))
  const flush = async () => {
    const lines = waiting.splice(0)
    if (lines.length === 0) return
    await mkdir(dirname(file), { recursive: true })
    await appendFile(file, lines.join(''))
  }
  return {
    get: async (key) => (await load()).get(`${version} ${key}`),
    put: (asked, effect) => {
      const key = `${version} ${asked}`
      void load().then((known) => known.set(key, effect))
      waiting.push(`${JSON.stringify([key, effect])}\n`)
      // A cache that cannot be written (full disk) is no failure of the timeline: it renders again next time.
      writing = writing.then(flush).catch(() => undefined)
    },
    idle: () => writing,
  }
}

/** A line that another process was writing, or that an older version wrote, is left out. */
async function readEffects(file: string): Promise<Map<string, Effect>> {
  const text = await readFile(file, 'utf8').catch(() => '')
  const effects = new Map<string, Effect>()
  for (const line of text.split('\n')) {
    const parsed = line === '' ? undefined : Line.safeParse(parseLine(line))
    if (parsed?.success !== true) continue
    const [key, effect] = parsed.data
    effects.set(key, effect)
  }
  await shorten(file, effects).catch(() => rm(file, { force: true }))
  return effects
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
async function shorten(file: string, effects: Map<string, Effect>): Promise<void> {
  const size = await stat(file).then(
    (found) => found.size,
    () => 0,
  )
  if (size <= maxBytes) return
  const entries = [...effects]
  for (const [key] of entries.slice(0, entries.length / 2)) effects.delete(key)
  const draft = `${file}.${process.pid}`
  await writeFile(draft, [...effects].map((entry) => `${JSON.stringify(entry)}\n`).join(''))
  await rename(draft, file)
}
