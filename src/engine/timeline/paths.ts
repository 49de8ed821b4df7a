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

/**
 * The parts of the known folders that lie at these paths or below: a path is meant from the root of the clone, or else from the app's folder. Empty =
 * none of them is anything that the app reads.
 */
export function pathsWithin(
  known: readonly string[],
  folder: string,
  wanted: readonly string[],
): readonly string[] {
  const parts = wanted.flatMap((path) => {
    const plain = path.replace(/^(?:\.\/)+|\/+$/g, '') || '.'
    const fromRoot = overlaps(known, plain)
    return fromRoot.length > 0 || folder === '.' ? fromRoot : overlaps(known, `${folder}/${plain}`)
  })
  return [...new Set(parts)]
}

function overlaps(known: readonly string[], path: string): readonly string[] {
  return known.flatMap((folder) => (isIn(path, folder) ? [path] : isIn(folder, path) ? [folder] : []))
}

function isIn(path: string, folder: string): boolean {
  return folder === '.' || path === folder || path.startsWith(`${folder}/`)
}
