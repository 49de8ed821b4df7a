import { registerHooks } from 'node:module'

// Loaded before the program: each redaction answers what it was given. The search of planted-secrets must find the secrets then.

/** By file: the first line of a function's body -> what is put before it. */
const replaced: Readonly<Record<string, readonly (readonly [RegExp, string])[]>> = {
  'src/core/manifest/redact.ts': [
    [/export function redact\(object: JsonObject\): JsonObject \{/, 'return object'],
    [/export function redactPair\([\s\S]*?\n\): \{.*\} \{/, 'return { before, after }'],
  ],
  'src/core/manifest/redact-yaml.ts': [
    [/export function redactYaml\(text: string\): string \{/, 'return text'],
    [/export function redactYamlPair\([\s\S]*?\n\): \{.*\} \{/, 'return { before, after }'],
  ],
  'src/engine/process/credentials.ts': [
    [/export function withoutCredentials\(.*\{/, "return argv.join(' ')"],
  ],
  'src/core/text/mask.ts': [
    [/export function maskText\(.*\{/, 'return text'],
    [/export function maskValues\(.*\{/, 'return text'],
  ],
  'src/host/redact-log.ts': [
    [/export function redactText\(.*\{/, 'return text'],
    [/export function redactValue\(.*\{/, 'return value'],
  ],
}

registerHooks({
  load: (url, context, next) => {
    const loaded = next(url, context)
    const file = Object.keys(replaced).find((path) => url.endsWith(`/${path}`))
    if (file === undefined) return loaded
    let source = Buffer.from(loaded.source as Uint8Array).toString()
    for (const [place, statement] of replaced[file] ?? []) {
      if (!place.test(source)) throw new Error(`${file} has no ${place.source}`)
      source = source.replace(place, (found) => `${found}\n  ${statement};`)
    }
    return { ...loaded, source }
  },
})
