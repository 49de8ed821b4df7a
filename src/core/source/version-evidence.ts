import type { ImageReference } from './image-reference.ts'

/**
 * All that a manifest says about the version of one image. `revision` and `version` are labels that changed together with it;
 * `staleRevision` is one that did not: it may be forgotten, or a rebuild of the same commit, so that it counts only where nothing else does.
 */
export type VersionEvidence = {
  readonly image: ImageReference
  readonly revision?: string
  readonly version?: string
  readonly staleRevision?: string
}

/** Both versions as people call them, told apart where their tags do not. */
export function versionWords(from: VersionEvidence, to: VersionEvidence): readonly [string, string] {
  const tags = [tagWords(from), tagWords(to)] as const
  if (tags[0] !== tags[1]) return tags
  return [fullWords(from), fullWords(to)]
}

function tagWords({ image: { tag, digest } }: VersionEvidence): string {
  return tag ?? (digest === undefined ? 'latest' : shortDigest(digest))
}

function fullWords(evidence: VersionEvidence): string {
  const { digest, tag } = evidence.image
  const more =
    evidence.revision?.slice(0, 7) ??
    (tag === undefined || digest === undefined ? undefined : shortDigest(digest))
  return more === undefined ? tagWords(evidence) : `${tagWords(evidence)} (${more})`
}

function shortDigest(digest: string): string {
  return digest.slice(0, digest.indexOf(':') + 8)
}
