import type { AppSource } from '#contract'
import { isTagName } from './tag-name.ts'
import type { VersionEvidence } from './version-evidence.ts'

/** What may lead to the commit of a version: a ref by its full name, or the beginning of a commit's id. `how` and `name` in words. */
export type VersionCandidate = { readonly how: string; readonly name: string } & (
  { readonly ref: string } | { readonly id: string }
)

/**
 * Where the commit of a version is looked for, the most telling first. The candidates of one group say the same with equal right: where
 * they lead to different commits, nobody knows which it is. Tags only: a branch moves on, so that it tells nothing about an image.
 */
export function versionCandidates(
  { image, revision, version, staleRevision }: VersionEvidence,
  { folder, tagName }: Pick<AppSource, 'folder' | 'tagName'>,
): readonly (readonly VersionCandidate[])[] {
  const named = (text: string, how: string) =>
    tagName === undefined
      ? usualNames(text, image.last, folder !== undefined, how)
      : [[tagName.replace('{tag}', () => text)]].map((names) => tagsOf(names, how))
  const groups = [
    ...(revision === undefined ? [] : revisionGroups(revision, named)),
    ...(version === undefined ? [] : named(version, ', which the label app.kubernetes.io/version names')),
    ...(image.tag === undefined ? [] : [...named(image.tag, ''), idsIn(image.tag)]),
    ...(staleRevision === undefined ? [] : revisionGroups(staleRevision, named)),
  ]
  return groups.filter((group) => group.length > 0)
}

type Named = (text: string, how: string) => readonly (readonly VersionCandidate[])[]

function revisionGroups(revision: string, named: Named): readonly (readonly VersionCandidate[])[] {
  const how = ', which the label org.opencontainers.image.revision names'
  const id = revision.toLowerCase()
  if (!/^[0-9a-f]{7,64}$/.test(id)) return named(revision, how)
  return [[{ id, name: `commit ${id}`, how: `commit ${id.slice(0, 12)}${how}` }]]
}

/** In a monorepo the tag with the service's name is the more telling one: a plain `v1.5` may be another's. */
function usualNames(
  text: string,
  last: string,
  isMonorepo: boolean,
  how: string,
): readonly (readonly VersionCandidate[])[] {
  // An image's tag may hold no `+`; who builds from semver with metadata writes `_` for it.
  const texts = [...new Set([text, text.replaceAll('_', '+')])]
  const plain = texts.flatMap((one) => [one, `v${one}`, ...(/^v\d/.test(one) ? [one.slice(1)] : [])])
  const own = ['-', '/', '@'].flatMap((sign) => plain.map((one) => `${last}${sign}${one}`))
  const groups = [tagsOf(plain, how), tagsOf(own, how)]
  return isMonorepo ? groups.toReversed() : groups
}

function tagsOf(names: readonly string[], how: string): readonly VersionCandidate[] {
  return [...new Set(names)]
    .filter(isTagName)
    .map((name) => ({ ref: `refs/tags/${name}`, name: `tag ${name}`, how: `tag ${name}${how}` }))
}

/** `main-3f2a1c9-20261101`, `sha-3f2a1c9`, `v1.2-5-g3f2a1c9`: what could be the beginning of a commit's id. A date looks like one too. */
function idsIn(tag: string): readonly VersionCandidate[] {
  const ids = tag
    .split(/[-_.]/)
    .map((part) => /^g?([0-9a-f]{7,40})$/.exec(part)?.[1])
    .filter((id) => id !== undefined)
  return [...new Set(ids)].map((id) => ({
    id,
    name: `commit ${id}`,
    how: `commit ${id.slice(0, 12)}, which the tag of the image names`,
  }))
}
