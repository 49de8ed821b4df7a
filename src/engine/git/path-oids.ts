import type { Oid } from '#contract'
import { createBatch } from './batch.ts'
import type { Answer } from './batch.ts'
import type { ByteReader } from './byte-reader.ts'
import type { GitRunner } from './runner.ts'

/** What lies at a path of a commit, as git itself walks there. */
export type PathOids = {
  /** `undefined` = git does not say: nothing is there, or it lies within a submodule, or the path cannot be asked for. */
  readonly oidOf: (commit: Oid, path: string) => Promise<Oid | undefined>
  readonly close: () => void
}

const keptAnswers = 20_000

/**
 * One long-lived `git cat-file --batch-check`. A path costs one question instead of one tree of each folder above it, each with all of its entries
 * parsed: a folder of 400 apps is as many entries in each commit. 200 rows that are known from before: 800 questions instead of 4,000 trees.
 */
export function createPathOids(git: GitRunner, cwd: string): PathOids {
  const args = ['cat-file', '--batch-check']
  const batch = createBatch(git, { cwd, env: {}, args, readAnswer })
  const known = new Map<string, Promise<Oid | undefined>>()
  const oidOf = (commit: Oid, path: string) => {
    if (path.includes('\n') || path.includes('\uFFFD')) return Promise.resolve(undefined)
    const question = `${commit}:${path === '.' ? '' : path}`
    const answered = known.get(question)
    if (answered !== undefined) return answered
    const asking = batch.ask(question)
    known.set(question, asking)
    if (known.size > keptAnswers) known.delete(known.keys().next().value ?? '')
    asking.catch(() => known.delete(question))
    return asking
  }
  return { oidOf, close: batch.close }
}

/** `oid type size`, or the question again and why there is no answer. */
async function readAnswer(
  reader: ByteReader,
  asked: () => string | undefined,
): Promise<Answer<Oid | undefined>> {
  const line = await reader.line()
  if (line === undefined) return undefined
  const oid = /^([0-9a-f]{40}(?:[0-9a-f]{24})?) (?:tree|blob|commit|tag) \d+$/.exec(line)?.[1]
  // The reader gives bytes as characters; only what is no answer at all is out of step.
  if (oid === undefined && !line.startsWith(asked()?.split(':')[0] ?? '?'))
    throw new Error(`git cat-file answered ${line}`)
  return { value: oid }
}
