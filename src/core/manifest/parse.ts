import type { Problem } from '#contract'
import { splitDocuments } from './documents.ts'
import { isClusterScoped, keyOf } from './key.ts'
import { isObject, listAt, stringAt } from './manifest.ts'
import type { JsonObject, Manifest } from './manifest.ts'
import { hookOf } from './order.ts'
import { readYaml, YamlProblem } from './yaml.ts'
import { maskValues } from '../text/index.ts'
import { secretWordsOf } from './redact-yaml.ts'
import { secretWords } from './redact.ts'

export type ParseOptions = { readonly file?: string; readonly defaultNamespace?: string }
export type Parsed = { readonly manifests: readonly Manifest[]; readonly problems: readonly Problem[] }

/** Text over this many characters is refused before a parser sees it (`MANIFEST_TOO_LARGE`). */
const maxLength = 16 * 1024 * 1024

/**
 * YAML or JSON text -> manifests. Reads as kubectl does; `List` kinds are flattened; every document that cannot be used becomes a
 * problem (`MANIFEST_INVALID`, `MANIFEST_TOO_LARGE`) with file and line, and the others are still given.
 */
export function parseManifests(text: string, options: ParseOptions = {}): Parsed {
  const where = options.file === undefined ? {} : { file: options.file }
  if (text.length > maxLength) {
    const message = `${options.file ?? 'The manifests'}: ${text.length} characters are more than ${maxLength}.`
    return { manifests: [], problems: [{ code: 'MANIFEST_TOO_LARGE', message, ...where }] }
  }
  if (text.includes('\0')) {
    return {
      manifests: [],
      problems: [
        { code: 'MANIFEST_INVALID', message: `${options.file ?? 'The file'} is not text.`, ...where },
      ],
    }
  }
  const manifests: Manifest[] = []
  const problems: Problem[] = []
  for (const document of splitDocuments(text)) {
    try {
      const value = readYaml(document.text)
      if (value === undefined || value === null) continue
      for (const object of flatten(value)) {
        const reason = whyNoObject(object)
        if (reason === undefined) manifests.push(toManifest(object as JsonObject, document.line, options))
        else problems.push({ code: 'MANIFEST_INVALID', message: reason, ...where, line: document.line })
      }
    } catch (error) {
      if (!(error instanceof YamlProblem)) throw error
      const line = error.line === undefined ? document.line : document.start + error.line - 1
      const message = maskValues(error.message, secretWordsOf(document.text), secretWords.hidden)
      problems.push({ code: 'MANIFEST_INVALID', message, ...where, line })
    }
  }
  return { manifests, problems }
}

function flatten(value: unknown): readonly unknown[] {
  const kind = stringAt(value, 'kind') ?? ''
  const isList = kind.endsWith('List') && isObject(value) && Array.isArray(value.items)
  return isList ? listAt(value, 'items').flatMap(flatten) : [value]
}

function whyNoObject(value: unknown): string | undefined {
  if (!isObject(value)) return 'The document is no object.'
  if (stringAt(value, 'apiVersion') === undefined) return 'The object has no apiVersion.'
  if (stringAt(value, 'kind') === undefined) return 'The object has no kind.'
  const name = stringAt(value, 'metadata', 'name')
  if (name !== undefined && name !== '') return undefined
  // A hook may leave its name to the server, since it is shown and never applied.
  const generated = stringAt(value, 'metadata', 'generateName') !== undefined && hookOf(value) !== undefined
  return generated ? undefined : `The ${stringAt(value, 'kind')} has no metadata.name.`
}

/** The destination namespace is written into the object: what is hashed and shown is what is sent. */
function toManifest(object: JsonObject, line: number, options: ParseOptions): Manifest {
  const key = keyOf(object, options.defaultNamespace)
  const metadata = isObject(object.metadata) ? object.metadata : {}
  const { namespace: _namespace, ...others } = metadata
  const placed =
    isClusterScoped(key) || key.namespace === '' ? others : { ...others, namespace: key.namespace }
  return {
    key,
    object: { ...object, metadata: placed },
    line,
    ...(options.file === undefined ? {} : { file: options.file }),
  }
}
