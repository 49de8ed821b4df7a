import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

const places = ['', 'src', 'code', 'git', 'repos', 'projects', 'work', 'dev', 'Documents']
const maxSuggestions = 40

/** Folders with a `.git` in the usual places, one level deep; reads names alone. */
export async function suggestClones(
  home: string,
  known: readonly string[],
): Promise<readonly { readonly path: string; readonly name: string }[]> {
  const found: { readonly path: string; readonly name: string }[] = []
  for (const place of places) {
    const folder = join(home, place)
    for (const name of await foldersIn(folder)) {
      const path = join(folder, name)
      if (name.startsWith('.') || known.includes(path) || !(await names(path)).includes('.git')) continue
      found.push({ path, name })
      if (found.length >= maxSuggestions) return found
    }
  }
  return found
}

async function foldersIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(unreadable)
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name)
}

async function names(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch(unreadable)
}

/** A folder that is not there or not ours to read suggests nothing. */
function unreadable(error: NodeJS.ErrnoException): never[] {
  if (error.code === undefined) throw error
  return []
}
