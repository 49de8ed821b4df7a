import { at, isObject, listAt } from '../manifest/index.ts'
import type { SourceFile } from '../edit/candidates.ts'
import type { ScalarValue } from '../edit/splice.ts'
import type { SourceScalar } from './scalars.ts'
import { isScalarValue } from './target.ts'

/** Other values that the chart's `values.schema.json` allows for a value: where it lists them, a mark would be refused. */
export function schemaChoices(place: SourceScalar, files: readonly SourceFile[]): readonly ScalarValue[] {
  const schema = files.find(({ path }) => /(^|\/)values\.schema\.json$/.test(path))
  let node = schema === undefined ? undefined : parse(schema.text)
  for (const step of place.path)
    node = typeof step === 'number' ? at(node, 'items') : at(node, 'properties', step)
  return listAt(node, 'enum')
    .filter(isScalarValue)
    .filter((value) => value !== place.value)
    .slice(0, 3)
}

function parse(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
