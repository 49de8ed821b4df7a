import type { ImageUpgrade, RenderedChange, SourceCommits, SourceFound } from '#contract'
import { assertNever } from '#contract'

type Found = Extract<SourceFound, { readonly kind: 'commits' }>

/** The heading of one upgrade: what is in it, by how many commits. */
export function upgradeWords({
  image,
  from,
  to,
  found,
}: Pick<ImageUpgrade, 'image' | 'from' | 'to' | 'found'>): string {
  const versions = `${from} → ${to}`
  if (found.kind !== 'commits') return `${image} ${versions}`
  const of = `of ${sourceWords(found)} (${versions})`
  switch (found.direction) {
    case 'same':
      return `Built from the same commit ${of}`
    case 'upgrade':
      return `What is in this upgrade: ${counted(found.brought)} ${of}`
    case 'downgrade':
      return `What this takes back: ${counted(found.takenBack)} ${of}`
    case 'diverged':
      return `${counted(found.brought)} come, ${found.takenBack.total} go ${of}`
    default:
      return assertNever(found.direction)
  }
}

/** `shop`, or the folder of it whose commits count: `shop/services/web`. */
function sourceWords({ clone, folder }: Found): string {
  return folder === undefined || folder === '.' ? clone.name : `${clone.name}/${folder}`
}

function counted({ total }: SourceCommits): string {
  return `${total} commit${total === 1 ? '' : 's'}`
}

/** Do the words of a commit's chips tell of an image? */
export function changesImage(changes: readonly RenderedChange[]): boolean {
  return changes.some(({ words }) => words.some((word) => /^image \S+ ->/.test(word)))
}
