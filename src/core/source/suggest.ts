import type { AppSource, SourceSuggestion } from '#contract'
import { isSameRepository } from '../forge/index.ts'
import type { Manifest } from '../manifest/index.ts'
import { imagesIn, labelsOf, mainImage, sourceLabel } from './image-changes.ts'
import type { ImageReference } from './image-reference.ts'
import { sourceOf } from './match-source.ts'

/** Clones that could be a source. `remoteUrl` as Git has it. */
export type SuggestedClone = { readonly id: string; readonly name: string; readonly remoteUrl?: string }

/** Each image of the manifests once, by its full name, in their order. */
export function imagesOfAll(manifests: readonly Manifest[]): readonly ImageReference[] {
  const all = manifests.flatMap(({ object }) => imagesIn(object).map(({ image }) => image))
  return [...new Map(all.map((image) => [image.name, image])).values()]
}

/**
 * Which clones the images without a source may be built from: the only one whose remote the label of the image names, else the only one
 * that is called as the image is. Where two would do, none is proposed.
 */
export function suggestSources(
  manifests: readonly Manifest[],
  sources: readonly AppSource[] | undefined,
  clones: readonly SuggestedClone[],
): readonly SourceSuggestion[] {
  const told = new Map(
    manifests.map(({ object }) => [mainImage(object), labelsOf(object)[sourceLabel]] as const),
  )
  return imagesOfAll(manifests).flatMap((image): readonly SourceSuggestion[] => {
    if (sourceOf(sources, image) !== undefined) return []
    const url = told.get(image.name)
    const labelled =
      url === undefined
        ? undefined
        : only(clones, ({ remoteUrl }) => remoteUrl !== undefined && isSameRepository(remoteUrl, url))
    const found = labelled ?? only(clones, ({ name }) => name.replace(/\.git$/, '') === image.last)
    if (found === undefined) return []
    const why =
      labelled === undefined
        ? `the clone ${found.name} is called as the image`
        : `its label ${sourceLabel} names the remote of ${found.name}`
    return [{ source: { image: image.repository, cloneId: found.id }, why }]
  })
}

function only<T>(all: readonly T[], is: (one: T) => boolean): T | undefined {
  const fitting = all.filter(is)
  return fitting.length === 1 ? fitting[0] : undefined
}
