import type { Problem } from '#contract'
import { displayKey, keyString } from './key.ts'
import { isObject } from './manifest.ts'
import type { Manifest } from './manifest.ts'

/** What is wrong with a set of manifests as a whole: objects declared twice, values that are still encrypted. */
export function checkManifests(manifests: readonly Manifest[]): readonly Problem[] {
  const seen = new Map<string, Manifest>()
  const problems: Problem[] = []
  for (const manifest of manifests) {
    const first = seen.get(keyString(manifest.key))
    if (first !== undefined) {
      const place = first.file === undefined ? '' : ` (first in ${first.file}:${first.line ?? 1})`
      problems.push(problem('MANIFEST_DUPLICATE', manifest, `is declared twice${place}.`))
    }
    seen.set(keyString(manifest.key), manifest)
    if (isEncrypted(manifest.object))
      problems.push(problem('RENDER_ENCRYPTED', manifest, 'is still encrypted.'))
  }
  return problems
}

function problem(code: string, manifest: Manifest, words: string): Problem {
  return {
    code,
    message: `${displayKey(manifest.key)} ${words}`,
    ...(manifest.file === undefined ? {} : { file: manifest.file }),
    ...(manifest.line === undefined ? {} : { line: manifest.line }),
  }
}

/** SOPS leaves a `sops` block; its values start with `ENC[`. Sealed Secrets are objects of their own and fine. */
function isEncrypted(value: unknown): boolean {
  if (typeof value === 'string') return value.startsWith('ENC[AES256_GCM,')
  if (Array.isArray(value)) return value.some(isEncrypted)
  return isObject(value) && Object.values(value).some(isEncrypted)
}
