import { isObject } from './manifest.ts'
import { secretWords } from './redact.ts'
import { readYaml, YamlProblem } from './yaml.ts'

/**
 * Does the masked text, read as kubectl reads it, hold nothing but masks where Secrets keep values? A second reader over the
 * result: whatever the search by node ranges overlooked (merge keys, odd tags) is found here, and the document is masked whole.
 */
export function maskHolds(original: string, masked: string): boolean {
  if (readOrNothing(original) === undefined) return true
  const value = readOrNothing(masked)
  return value !== undefined && isMasked(value)
}

function readOrNothing(text: string): unknown {
  try {
    return readYaml(text) ?? null
  } catch (error) {
    if (error instanceof YamlProblem) return undefined
    throw error
  }
}

function isMasked(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isMasked)
  if (!isObject(value)) return true
  if (value.kind === 'Secret' && !onlyMasks(value.data, 1)) return false
  if (value.kind === 'Secret' && !onlyMasks(value.stringData, 1)) return false
  return Object.entries(value).every(([key, child]) =>
    key === 'secretGenerator' && Array.isArray(child) ? child.every(literalsMasked) : isMasked(child),
  )
}

function literalsMasked(generator: unknown): boolean {
  return !isObject(generator) || onlyMasks(generator.literals, 1)
}

function onlyMasks(value: unknown, depth: number): boolean {
  if (value === undefined || value === null || value === '') return true
  if (typeof value === 'string') return value === secretWords.hidden
  if (Array.isArray(value)) return value.every((item) => onlyMasks(item, depth + 1))
  return isObject(value) && Object.values(value).every((item) => onlyMasks(item, depth + 1))
}
