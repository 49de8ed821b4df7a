import { AppError } from '#contract'
import type { Oid } from '#contract'
import { readShallow } from '../kinds.ts'
import type { Place } from '../place.ts'
import { createByteCache } from '../object-cache.ts'
import { parseCommitObject } from './commit-object.ts'
import type { CommitObject } from './commit-object.ts'
import type { DiskObjects } from './objects.ts'

/** Commits by oid; tags are followed to theirs. */
export type Commits = {
  /** `COMMIT_MISSING`. */
  readonly read: (oid: Oid) => Promise<CommitObject>
  /** undefined where it is not here, or is no commit and no tag of one. */
  readonly find: (oid: Oid) => Promise<CommitObject | undefined>
}

const kept = 20_000
/** A tag of a tag of a tag: nobody has more. */
const mostTags = 10

export function createCommits(objects: DiskObjects, place: Place): Commits {
  const known = createByteCache<CommitObject>(kept)
  const find = async (oid: Oid, depth = 0): Promise<CommitObject | undefined> => {
    const cached = known.get(oid)
    if (cached !== undefined) return cached
    const object = await objects.read(oid)
    if (object?.type === 'tag' && depth < mostTags) {
      const to = /^object ([0-9a-f]{40})\n/.exec(
        Buffer.from(object.bytes.subarray(0, 60)).toString('latin1'),
      )?.[1]
      return to === undefined ? undefined : find(to, depth + 1)
    }
    if (object?.type !== 'commit') return undefined
    const parsed = parseCommitObject(oid, object.bytes)
    if (parsed === undefined)
      throw new AppError('REPO_CORRUPT', { message: `${oid} is no readable commit.`, subject: oid })
    // A shallow clone ends there: what came before is not here.
    const cut = (await readShallow(place)).has(oid)
    const commit = cut ? { ...parsed, commit: { ...parsed.commit, parents: [] } } : parsed
    known.set(oid, commit, 1)
    return commit
  }
  return {
    find: (oid) => find(oid),
    read: async (oid) => {
      const found = await find(oid)
      if (found !== undefined) return found
      throw new AppError('COMMIT_MISSING', {
        message: `${oid} is no commit of this clone.`,
        subject: oid,
        action: 'refresh',
      })
    },
  }
}
