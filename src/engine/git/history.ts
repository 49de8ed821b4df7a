import { AppError } from '#contract'
import type { Commit, Oid } from '#contract'
import type { CommitGraph } from './commit-graph.ts'
import { isGraphLog, openGraphLog } from './graph-log.ts'
import { readLog } from './log.ts'
import type { LogRequest } from './log.ts'
import type { GitRunner } from './runner.ts'

type Ports = {
  readonly git: GitRunner
  readonly cwd: string
  readonly graph: CommitGraph
  readonly oidAt: (commit: Oid, path: string) => Promise<Oid | undefined>
  readonly describe: (oid: Oid) => Promise<Commit>
}

/** Reads with the graph that there is, and lets it learn what this reader had to do without. A graph that breaks the reading is dropped. */
export async function* readHistory(ports: Ports, request: LogRequest): AsyncGenerator<Commit> {
  const { git, cwd, graph } = ports
  const env = graph.environment()
  let told = 0
  try {
    for await (const commit of await openLog(ports, request, env)) {
      told += 1
      yield commit
    }
  } catch (error) {
    const isOurs = told === 0 && Object.keys(env).length > 0
    if (!isOurs || !(error instanceof AppError) || error.code === 'CANCELLED') throw error
    await graph.forget()
    yield* readLog(git, cwd, request)
  } finally {
    if (request.paths !== undefined) graph.learn(request.tip)
  }
}

async function openLog(
  { git, cwd, graph, oidAt, describe }: Ports,
  request: LogRequest,
  env: Readonly<Record<string, string>>,
): Promise<AsyncGenerator<Commit>> {
  const own = isGraphLog(request) ? await graph.read() : undefined
  const log =
    own === undefined
      ? undefined
      : await openGraphLog({ git, cwd, env, graph: own, oidAt, describe }, request)
  return log ?? readLog(git, cwd, request, env)
}
