import type { AppSpec } from '#contract'

/**
 * Folders whose commits may have changed the app: its own, and those of every file that its render read. Folders rather than files, since a
 * file that was added beside a base matters as soon as the base names it. None lies within another; sorted.
 */
export function pathsOf(
  spec: Pick<AppSpec, 'path'>,
  inputs: readonly string[],
  known: readonly string[] = [],
): readonly string[] {
  const folders = new Set([...known, spec.path, ...inputs.map(folderOf)])
  if (folders.has('.')) return ['.']
  const sorted = [...folders].toSorted()
  return sorted.filter(
    (folder) => !sorted.some((other) => other !== folder && folder.startsWith(`${other}/`)),
  )
}

function folderOf(path: string): string {
  const slash = path.lastIndexOf('/')
  return slash < 0 ? path : path.slice(0, slash)
}

export function sameFolders(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((folder, index) => folder === b[index])
}
