import { readYaml, YamlProblem } from '../manifest/index.ts'

/** A value that an edit may set. */
export type ScalarValue = string | number | boolean

/** How the value stood before: a quoted one stays quoted, and then is text. */
export type Quoting = 'plain' | 'single' | 'double'

/** Source text of a value in the given quoting; plain text that would read as something else is quoted. */
export function scalarText(value: ScalarValue, quoting: Quoting): string {
  if (quoting === 'double') return JSON.stringify(String(value))
  if (quoting === 'single') return `'${String(value).replaceAll("'", "''")}'`
  if (typeof value !== 'string') return String(value)
  return isSafePlain(value) ? value : JSON.stringify(value)
}

/** What the reader will see afterwards: inside quotes everything is text. */
export function valueRead(value: ScalarValue, quoting: Quoting): ScalarValue {
  return quoting === 'plain' ? value : String(value)
}

function isSafePlain(text: string): boolean {
  if (!/^[A-Za-z0-9_./-][A-Za-z0-9_./:@+-]*$/.test(text) || text.endsWith(':')) return false
  try {
    return readYaml(`[${text}]`)?.toString() === text && typeof firstOf(readYaml(`[${text}]`)) === 'string'
  } catch (error) {
    if (error instanceof YamlProblem) return false
    throw error
  }
}

function firstOf(value: unknown): unknown {
  return Array.isArray(value) ? value[0] : undefined
}
