import { readFileSync, readdirSync } from 'node:fs'
import { join, relative } from 'node:path'

/** Something that a secret must not be in. */
export type Place = { readonly name: string; readonly bytes: Buffer }

/** Every form of a secret in which it might lie about: as it is, base64 at each alignment, in a URL, in JSON. */
function formsOf(secret: string): readonly string[] {
  const base64 = [0, 1, 2].map((shift) => {
    const text = Buffer.from('x'.repeat(shift) + secret).toString('base64')
    // Its ends depend on what stands beside it.
    return text.slice(shift === 0 ? 0 : 4, -4)
  })
  const url = base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'))
  return [
    ...new Set([secret, ...base64, ...url, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)]),
  ]
}

/** `name: place` of each secret that was found, sorted. */
export function findPlanted(
  secrets: Readonly<Record<string, string>>,
  places: Iterable<Place>,
): readonly string[] {
  const wanted = Object.entries(secrets).map(([name, secret]) => ({ name, forms: formsOf(secret) }))
  const found: string[] = []
  for (const place of places)
    for (const { name, forms } of wanted)
      if (forms.some((form) => place.bytes.includes(form))) found.push(`${name}: ${place.name}`)
  return found.toSorted()
}

export function filesBelow(folder: string): readonly Place[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ name: relative(folder, path), bytes: readFileSync(path) }))
}
