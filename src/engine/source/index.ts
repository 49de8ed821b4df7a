import type { AppSource, ImageUpgrade, SourceClone, SourceFound } from '#contract'
import { AppError, toFailure } from '#contract'
import { sourceOf, versionCandidates, versionWords } from '#core'
import type { ImageChange, VersionEvidence } from '#core'
import type { Repo } from '../git/index.ts'
import { commitsBetween } from './between.ts'
import { resolveVersion } from './resolve-version.ts'

export type SourcePorts = {
  /** The clone by its id; undefined = it is not in the workspace (any more). */
  readonly cloneOf: (cloneId: string) => SourceCloneOf | undefined
}
export type SourceCloneOf = {
  readonly describe: () => Promise<SourceClone>
  readonly open: () => Promise<Repo>
}

/**
 * The source commits between the versions of each image that changes. What cannot be told is told why, image by image (`SOURCE_*`, and what
 * Git said); only a cancel throws. No network is used.
 */
export function readUpgrades(
  ports: SourcePorts,
  sources: readonly AppSource[] | undefined,
  changes: readonly ImageChange[],
  signal?: AbortSignal,
): Promise<readonly ImageUpgrade[]> {
  return Promise.all(
    changes.map(async (change): Promise<ImageUpgrade> => {
      const { from, to, places } = change
      const [fromWords, toWords] = versionWords(from, to)
      const moved = from.image.name !== to.image.name
      return {
        image: to.image.repository,
        from: moved ? `${from.image.repository}:${fromWords}` : fromWords,
        to: toWords,
        places: [...places],
        found: await find(ports, sources, change, signal),
      }
    }),
  )
}

async function find(
  ports: SourcePorts,
  sources: readonly AppSource[] | undefined,
  { from, to }: ImageChange,
  signal: AbortSignal | undefined,
): Promise<SourceFound> {
  const source = sourceOf(sources, to.image)
  if (source === undefined) return { kind: 'unnamed' }
  let clone: SourceClone | undefined
  try {
    const held = ports.cloneOf(source.cloneId)
    if (held === undefined)
      throw new AppError('SOURCE_CLONE_GONE', {
        message: `The source clone of ${to.image.repository} is not in the workspace.`,
        subject: to.image.repository,
        action: 'trust-clone',
      })
    clone = await held.describe()
    requireSameSource(sources, { from, to }, source)
    return await findIn(await held.open(), source, { from, to, clone, signal })
  } catch (error) {
    if (!(error instanceof AppError) || error.code === 'CANCELLED') throw error
    const lookedFor = error.data?.['lookedFor']
    const { data: _data, ...failure } = toFailure(error)
    return {
      kind: 'unknown',
      failure,
      lookedFor: Array.isArray(lookedFor) ? lookedFor.map(String) : [],
      ...(clone === undefined ? {} : { clone }),
    }
  }
}

/** An image that moved to another registry is still the same source's, if the app says so. */
function requireSameSource(
  sources: readonly AppSource[] | undefined,
  { from, to }: Pick<ImageChange, 'from' | 'to'>,
  source: AppSource,
): void {
  const earlier = sourceOf(sources, from.image)
  if (earlier?.cloneId === source.cloneId && earlier.folder === source.folder) return
  throw new AppError('SOURCE_DIFFERS', {
    message: `${from.image.repository} is not built from the source of ${to.image.repository}.`,
    subject: to.image.repository,
  })
}

async function findIn(
  repo: Repo,
  source: AppSource,
  {
    from,
    to,
    clone,
    signal,
  }: {
    readonly from: VersionEvidence
    readonly to: VersionEvidence
    readonly clone: SourceClone
    readonly signal: AbortSignal | undefined
  },
): Promise<SourceFound> {
  const words = versionWords(from, to)
  const [before, after] = await Promise.all(
    ([from, to] as const).map((evidence, index) =>
      resolveVersion(repo, {
        image: evidence.image.repository,
        words: words[index] ?? '',
        groups: versionCandidates(evidence, source),
      }),
    ),
  )
  if (before === undefined || after === undefined)
    throw new AppError('INTERNAL', { message: 'Two versions were asked for.' })
  const { folder } = source
  const between = await commitsBetween(repo, { from: before.commit, to: after.commit, folder, signal })
  return {
    kind: 'commits',
    ...between,
    clone,
    from: before,
    to: after,
    ...(folder === undefined ? {} : { folder }),
  }
}
