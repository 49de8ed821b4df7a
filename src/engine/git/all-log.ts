import type { Commit, Oid } from '#contract'
import type { GitRunner } from './runner.ts'
import { commitFormat, parseCommit, plain } from './commit.ts'
import { readLines } from './lines.ts'

/** A commit of any branch. `aside`: it is not on the first parents' line of the tip; `branch`: nor in its history, and this branch has it. */
export type BranchCommit = { readonly commit: Commit; readonly aside?: { readonly branch?: string } }

type Ports = {
  readonly git: GitRunner
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
}
type Request = {
  readonly tip: Oid
  readonly paths: readonly string[]
  readonly limit: number
  readonly signal?: AbortSignal | undefined
}

const everyBranch = ['--branches', '--exclude=*/HEAD', '--remotes'] as const

/**
 * Commits of all local and remote branches that touch the paths, newest first by date. `line` is the log of the first parents: with paths git
 * leaves out a merge that is like one of its parents, though it is the merge that was deployed, so both are put together here.
 */
export async function* readAllLog(
  ports: Ports,
  line: AsyncGenerator<Commit>,
  request: Request,
): AsyncGenerator<BranchCommit> {
  const all = readCommits(ports, request)
  const told = new Set<Oid>()
  try {
    const [onLine, branches] = await Promise.all([readLine(ports, request), readBranchOf(ports, request)])
    const heads = [await nextOf(line), await nextOf(all)]
    while (told.size < request.limit) {
      const [own, other] = heads
      const first = other === undefined || (own !== undefined && dateOf(own) >= dateOf(other)) ? 0 : 1
      const commit = heads[first]
      if (commit === undefined) return
      heads[first] = await nextOf(first === 0 ? line : all)
      if (told.has(commit.oid)) continue
      told.add(commit.oid)
      const branch = branches.get(commit.oid)
      if (branch !== undefined) yield { commit, aside: { branch } }
      else yield onLine.has(commit.oid) ? { commit } : { commit, aside: {} }
    }
  } finally {
    await Promise.all([line.return(undefined), all.return(undefined)])
  }
}

async function* readCommits({ git, cwd, env }: Ports, request: Request): AsyncGenerator<Commit> {
  const args = [
    'log',
    '-z',
    `--format=${commitFormat}`,
    '--no-show-signature',
    '--no-notes',
    '--full-history',
    `--max-count=${request.limit}`,
    ...everyBranch,
    request.tip,
    '--',
    ...request.paths,
  ]
  const records = readLines(git, cwd, args, { env, signal: request.signal, separator: '\0' })
  for await (const record of records) yield parseCommit(record)
}

async function readLine({ git, cwd, env }: Ports, { tip, signal }: Request): Promise<ReadonlySet<Oid>> {
  const oids = new Set<Oid>()
  for await (const oid of readLines(git, cwd, ['rev-list', '--first-parent', tip, '--'], { env, signal }))
    oids.add(oid)
  return oids
}

/** Which branch has a commit that the tip has not; more than `limit` of them are never shown. */
async function readBranchOf(
  { git, cwd, env }: Ports,
  { tip, paths, limit, signal }: Request,
): Promise<ReadonlyMap<Oid, string>> {
  const args = [
    'log',
    '-z',
    '--format=%H %S',
    '--source',
    '--no-show-signature',
    '--no-notes',
    '--full-history',
    `--max-count=${limit}`,
    ...everyBranch,
    `^${tip}`,
    '--',
    ...paths,
  ]
  const branches = new Map<Oid, string>()
  for await (const record of readLines(git, cwd, args, { env, signal, separator: '\0' })) {
    const space = record.indexOf(' ')
    const name = plain(record.slice(space + 1)).replace(/^refs\/(?:heads|remotes)\//, '')
    branches.set(record.slice(0, space), name)
  }
  return branches
}

function dateOf({ committedAt }: Commit): number {
  return Date.parse(committedAt)
}

async function nextOf(stream: AsyncGenerator<Commit>): Promise<Commit | undefined> {
  const { value, done } = await stream.next()
  return done === true ? undefined : value
}
