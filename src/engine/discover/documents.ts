import { isObject, readYaml, splitDocuments, YamlProblem } from '#core'
import type { JsonObject } from '#core'

/** The maps among a text's documents; what cannot be read is left out, since a proposal need not be complete. */
export function readObjects(text: string | undefined): readonly JsonObject[] {
  if (text === undefined) return []
  return splitDocuments(text).flatMap((document) => {
    try {
      const value = readYaml(document.text)
      return isObject(value) ? [value] : []
    } catch (error) {
      if (error instanceof YamlProblem) return []
      throw error
    }
  })
}

/** Strings of a list that may also hold other things. */
export function stringsOf(list: readonly unknown[]): readonly string[] {
  return list.filter((item) => typeof item === 'string')
}
