import type { AppSource } from '#contract'
import { fullName } from './image-reference.ts'
import type { ImageReference } from './image-reference.ts'

/** The source that an app names for an image: the exact one, else the longest beginning, else `*`. */
export function sourceOf(
  sources: readonly AppSource[] | undefined,
  { name }: Pick<ImageReference, 'name'>,
): AppSource | undefined {
  return (sources ?? [])
    .map((source) => ({ source, weight: weightOf(source.image, name) }))
    .filter(({ weight }) => weight > 0)
    .toSorted((a, b) => b.weight - a.weight)[0]?.source
}

/** 0 = it does not fit; more = more exact. */
function weightOf(pattern: string, name: string): number {
  if (pattern === '*') return 1
  if (!pattern.endsWith('/*')) return fullName(pattern) === name ? Number.MAX_SAFE_INTEGER : 0
  const beginning = pattern.slice(0, -1)
  // `acme/*` is of docker.io; `ghcr.io/*` is a registry alone, which must not be taken for a folder of docker.io.
  const full =
    beginning.split('/').length === 2 && /[.:]|^localhost\//.test(beginning) ? beginning : fullName(beginning)
  return name.startsWith(full) ? 1 + full.length : 0
}
