import type { Commit, Oid } from '#contract'
import { readLines } from './lines.ts'
import { readLog } from './log.ts'
import type { LogRequest } from './log.ts'
import { atLeast } from './runner.ts'
import type { GitRunner } from './runner.ts'

type Ports = {
  readonly git: GitRunner
  readonly cwd: string
  readonly version: readonly [number, number]
  /** Variables of the commit-graph; empty where there is none. */
  readonly env: Readonly<Record<string, string>>
}

/** More would be more processes than a laptop has cores for; one log of all is not slower then. */
const mostProcesses = 4

/**
 * The log of several folders. Two pathspecs turn Bloom filters off before git 2.51, so each folder is asked for by itself, and the answers
 * are put together in the order of the branch: a second stream tells that order, which dates do not.
 */
export function readPathLog(ports: Ports, request: LogRequest): AsyncGenerator<Commit> {
  const paths = request.paths ?? []
  const together =
    paths.length < 2 ||
    paths.length > mostProcesses ||
    !request.firstParent ||
    Object.keys(ports.env).length === 0 ||
    atLeast(ports.version, [2, 51])
  return together ? readLog(ports.git, ports.cwd, request, ports.env) : readApart(ports, request, paths)
}

async function* readApart(
  ports: Ports,
  request: LogRequest,
  paths: readonly string[],
): AsyncGenerator<Commit> {
  const { git, cwd, env } = ports
  const { skip = 0, limit = Number.POSITIVE_INFINITY, ...all } = request
  const most = Number.isFinite(limit) ? { limit: skip + limit } : {}
  const logs = paths.map((path) => readLog(git, cwd, { ...all, ...most, paths: [path] }, env))
  const order = readLines(git, cwd, orderOf(request), { env, signal: request.signal })
  try {
    const heads = await Promise.all(logs.map(next))
    let found = 0
    for await (const oid of order) {
      if (heads.every((head) => head === undefined)) return
      const here = heads.find((head) => head?.oid === oid)
      if (here === undefined) continue
      found += 1
      if (found > skip) yield here
      if (found >= skip + limit) return
      await Promise.all(
        heads.map(async (head, index) => {
          const log = logs[index]
          if (head?.oid === oid && log !== undefined) heads[index] = await next(log)
        }),
      )
    }
  } finally {
    await Promise.all([...logs, order].map((stream) => stream.return(undefined)))
  }
}

function orderOf({ tip, except }: LogRequest): readonly string[] {
  return ['rev-list', '--first-parent', tip, ...(except === undefined ? [] : [`^${except}`]), '--']
}

async function next(log: AsyncGenerator<Commit>): Promise<(Commit & { readonly oid: Oid }) | undefined> {
  const { value, done } = await log.next()
  return done === true ? undefined : value
}
