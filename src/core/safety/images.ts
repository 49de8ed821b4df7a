import type { SafetyReason } from '#contract'
import { containersOf, displayKey, stringAt } from '../manifest/index.ts'
import type { JsonObject, Manifest } from '../manifest/index.ts'
import type { SafetyInput } from './report.ts'

/** Images of an object's containers, as they are written. */
export function imagesOf(object: JsonObject): readonly string[] {
  return containersOf(object).flatMap((container) => stringAt(container, 'image') ?? [])
}

/** Images that no ready pod runs and no state that was healthy had: whether they can be pulled and start is not known. */
export function imageReasons({
  after,
  images,
}: Pick<SafetyInput, 'images'> & { readonly after: readonly Manifest[] }): readonly SafetyReason[] {
  const used = after.flatMap(({ key, object }) => imagesOf(object).map((image) => ({ key, image })))
  if (used.length === 0) return []
  if ('unread' in images)
    return [
      {
        code: 'NOT_READ',
        level: 'unknown',
        words: `Which images ran could not be looked at: ${images.unread}`,
      },
    ]
  const unseen = new Map(used.filter(({ image }) => !images.has(image)).map((one) => [one.image, one]))
  return [...unseen.values()].map(({ key, image }) => ({
    code: 'IMAGE_UNSEEN',
    level: 'caution',
    key,
    words: `${displayKey(key)}: ${image} was not seen running here before.`,
  }))
}
