import type { Oid, SourceVersion } from '#contract'
import { AppError } from '#contract'
import type { VersionCandidate } from '#core'
import type { Repo } from '../git/index.ts'

/** A version of an image: its name in words, and where its commit is looked for, group by group. */
export type VersionQuestion = {
  readonly image: string
  readonly words: string
  readonly groups: readonly (readonly VersionCandidate[])[]
}

/**
 * The commit that a version was built from: the first group of candidates that leads anywhere decides. `SOURCE_VERSION_MISSING` with what was
 * looked for, `SOURCE_VERSION_AMBIGUOUS` where candidates of one group lead to different commits; both have it in `data.lookedFor`.
 */
export async function resolveVersion(
  repo: Pick<Repo, 'named' | 'byPrefix'>,
  question: VersionQuestion,
): Promise<SourceVersion> {
  const { image, words, groups } = question
  const refs = groups.flat().flatMap((candidate) => ('ref' in candidate ? [candidate.ref] : []))
  const named = await repo.named(refs)
  const lookedFor = [...new Set(groups.flat().map(({ name }) => name))]
  for (const group of groups) {
    const found = await commitsOf(repo, named, group)
    const [first, other] = new Map(found.map(({ commit, how }) => [commit, how]))
    if (first === undefined) continue
    if (other === undefined) return { commit: first[0], how: found[0]?.how ?? first[1] }
    throw new AppError('SOURCE_VERSION_AMBIGUOUS', {
      message: `${image} ${words}: ${found.map(({ commit, how }) => `${how} is ${commit.slice(0, 7)}`).join(', ')}.`,
      subject: image,
      data: { lookedFor },
    })
  }
  const message =
    lookedFor.length === 0
      ? `${image} ${words}: nothing in the manifests names a version.`
      : `${image} ${words}: none of its usual names is in the source clone.`
  throw new AppError('SOURCE_VERSION_MISSING', { message, subject: image, data: { lookedFor } })
}

async function commitsOf(
  repo: Pick<Repo, 'byPrefix'>,
  named: ReadonlyMap<string, Oid>,
  group: readonly VersionCandidate[],
): Promise<readonly SourceVersion[]> {
  const all = await Promise.all(
    group.map(async (candidate) => {
      if ('id' in candidate)
        return (await repo.byPrefix(candidate.id)).map((commit) => ({ commit, how: candidate.how }))
      const commit = named.get(candidate.ref)
      return commit === undefined ? [] : [{ commit, how: candidate.how }]
    }),
  )
  return all.flat()
}
