import { randomUUID } from 'node:crypto'
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { isRunning, readOwnIdentity } from '../process/index.ts'

/**
 * Runs of git that take locks in a clone, each on record as a file from before it begins until it has ended by itself. Who is killed with its
 * engine, or alone, leaves its record: that is how a lock is known for ours.
 */
export type LockTakers = {
  /** Puts a run on record; call the answer with how it ended. A record that cannot be written is none: the lock will be nobody's. */
  readonly begin: (run: { readonly cwd: string; readonly args: readonly string[] }) => Promise<EndRun>
  /** Those that are over without an end of their own. */
  readonly killed: () => Promise<readonly KilledRun[]>
  readonly forget: (id: string) => Promise<void>
}
type EndRun = (how: 'ended' | 'killed') => Promise<void>

const Run = z.object({
  cwd: z.string(),
  args: z.array(z.string()).readonly(),
  beganMs: z.number(),
  endedMs: z.number().optional(),
  owner: z.object({ pid: z.number(), start: z.string().optional() }),
})
/** Whatever it left is not younger than `untilMs`. */
export type KilledRun = Pick<z.infer<typeof Run>, 'cwd' | 'args' | 'beganMs'> & {
  readonly id: string
  readonly untilMs: number
}

export function createLockTakers(dir: string, now: () => number): LockTakers {
  const openedMs = now()
  const fileOf = (id: string) => join(dir, `${id}.json`)
  const forget = (id: string) => rm(fileOf(id), { force: true }).catch(() => undefined)
  return {
    begin: async ({ cwd, args }) => {
      const id = randomUUID()
      const run = { cwd, args, beganMs: now(), owner: await readOwnIdentity() }
      const write = (text: string) =>
        mkdir(dir, { recursive: true })
          .then(() => writeFile(fileOf(id), text, { mode: 0o600 }))
          .catch(() => undefined)
      await write(JSON.stringify(run))
      return (how) => (how === 'ended' ? forget(id) : write(JSON.stringify({ ...run, endedMs: now() })))
    },
    killed: async () => {
      const names = await readdir(dir).catch(() => [])
      const found = await Promise.all(
        names.map(async (name): Promise<readonly KilledRun[]> => {
          const run = await readRun(join(dir, name))
          if (run === undefined) return []
          const { cwd, args, beganMs, endedMs, owner } = run
          const id = name.replace(/\.json$/, '')
          if (endedMs !== undefined) return [{ id, cwd, args, beganMs, untilMs: endedMs }]
          // Of an engine that is gone we know that it was gone when this one began.
          return (await isRunning(owner)) ? [] : [{ id, cwd, args, beganMs, untilMs: openedMs }]
        }),
      )
      return found.flat()
    },
    forget,
  }
}

async function readRun(file: string): Promise<z.infer<typeof Run> | undefined> {
  const text = await readFile(file, 'utf8').catch(() => '')
  try {
    return Run.safeParse(JSON.parse(text)).data
  } catch (error) {
    // Cut by a kill or a full disk.
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
