import type { Oid } from '#contract'
import type { GitRunner } from './runner.ts'

/**
 * Commits that refs lead to, by their full names (`refs/tags/v1.5`), tags of tags peeled. A ref that is not there or leads to no commit is
 * left out. Each name is one ref and nothing else: git's guessing (`refs/heads/refs/tags/v1.5`) plays no part. Names must be valid.
 */
export async function readNamed(
  git: GitRunner,
  cwd: string,
  refs: readonly string[],
): Promise<ReadonlyMap<string, Oid>> {
  if (refs.length === 0) return new Map()
  const text = await git.text(['for-each-ref', '--format=%(objectname) %(refname)', ...refs], { cwd })
  // A pattern also names what lies below it: `refs/tags/v1.5/x`.
  const wanted = new Set(refs)
  const found = text.split('\n').flatMap((line): readonly (readonly [string, Oid])[] => {
    const space = line.indexOf(' ')
    const name = line.slice(space + 1)
    return wanted.has(name) ? [[name, line.slice(0, space)]] : []
  })
  const commits = await readTypes(
    git,
    cwd,
    found.map(([, oid]) => `${oid}^{commit}`),
  )
  return new Map(
    found.flatMap(([name], index) => {
      const { oid, type } = commits[index] ?? {}
      return oid === undefined || type !== 'commit' ? [] : [[name, oid]]
    }),
  )
}

/** Commits whose id begins with these hex digits (4 or more). A ref of that name, which git would take first, is no commit's id. */
export async function readByPrefix(git: GitRunner, cwd: string, digits: string): Promise<readonly Oid[]> {
  const text = await git.text(['rev-parse', `--disambiguate=${digits}`], { cwd, expect: [0, 128] })
  const oids = text.split('\n').filter((line) => /^[0-9a-f]{40}([0-9a-f]{24})?$/.test(line))
  return (await readTypes(git, cwd, oids)).flatMap(({ oid, type }) => (type === 'commit' ? [oid] : []))
}

/** In the order of the questions; a missing one has another type than any object. */
async function readTypes(git: GitRunner, cwd: string, names: readonly string[]) {
  if (names.length === 0) return []
  const text = await git.text(['cat-file', '--batch-check=%(objectname) %(objecttype)'], {
    cwd,
    input: `${names.join('\n')}\n`,
  })
  return text.split('\n').map((line) => {
    const [oid = '', type = ''] = line.split(' ')
    return { oid, type }
  })
}
