import type { Oid } from '#contract'
import { plain } from './commit.ts'
import type { GitRunner } from './runner.ts'

/** One trailer's values by commit, as git itself parses messages; a commit without it is not in the answer. */
export async function readTrailers(
  git: GitRunner,
  cwd: string,
  request: { readonly key: string; readonly oids: readonly Oid[] },
): Promise<ReadonlyMap<Oid, readonly string[]>> {
  if (request.oids.length === 0) return new Map()
  const format = `%H%x1f%(trailers:key=${request.key},valueonly,separator=%x1f)`
  const { stdout } = await git.run(
    ['log', '--no-walk=unsorted', '--stdin', '-z', '--no-show-signature', '--no-notes', `--format=${format}`],
    { cwd, input: `${request.oids.join('\n')}\n` },
  )
  const records = new TextDecoder().decode(stdout).split('\0')
  return new Map(
    records.flatMap((record) => {
      const [oid = '', ...values] = record.split('\x1f')
      const told = values.map((value) => plain(value.trim())).filter((value) => value !== '')
      return told.length === 0 ? [] : [[oid, told] as const]
    }),
  )
}
