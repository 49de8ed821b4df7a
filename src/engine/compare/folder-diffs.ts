import { AppError } from '#contract'
import type { FileDiff } from '#contract'
import { bytesOrSize, decodeText } from '../git/index.ts'
import type { TreeEntry, TreeSource } from '../git/index.ts'

/** One side's folder: two environments lie in different ones. */
export type Folder = { readonly source: TreeSource; readonly path: string }

const maxFiles = 2_000

/**
 * Files that differ below two folders, on any two kinds of trees, unmasked; `shownAs` is the path that a file is told by. Line ends alone
 * are no difference: a checkout may have changed them.
 */
export async function folderDiffs(
  before: Folder,
  after: Folder,
  shownAs: string,
): Promise<readonly FileDiff[]> {
  const found: FileDiff[] = []
  await walk({ before, after, path: shownAs }, found)
  return found
}

type Pair = { readonly before: Folder; readonly after: Folder; readonly path: string }

async function walk(pair: Pair, found: FileDiff[]): Promise<void> {
  const [left, right] = await Promise.all([listOf(pair.before), listOf(pair.after)])
  for (const name of [...new Set([...left.keys(), ...right.keys()])].toSorted()) {
    const [a, b] = [left.get(name), right.get(name)]
    if (a?.oid === b?.oid && a?.mode === b?.mode) continue
    const inside: Pair = {
      before: below(pair.before, name),
      after: below(pair.after, name),
      path: join(pair.path, name),
    }
    if (a?.kind === 'dir' || b?.kind === 'dir') await walk(inside, found)
    const sides = await Promise.all([sideOf(a, inside.before), sideOf(b, inside.after)])
    if (differ(...sides)) found.push(fileDiff(inside.path, ...sides))
    if (found.length > maxFiles)
      throw new AppError('COMPARE_TOO_LARGE', {
        message: `${inside.path}: more than ${maxFiles} files differ.`,
        subject: inside.path,
      })
  }
}

async function listOf({ source, path }: Folder): Promise<ReadonlyMap<string, TreeEntry>> {
  return new Map((await source.list(path))?.map((entry) => [entry.name, entry]))
}

function differ(a: FileSide | undefined, b: FileSide | undefined): boolean {
  if (a === undefined || b === undefined) return a !== b
  return a.bytes !== b.bytes || a.text.replaceAll('\r\n', '\n') !== b.text.replaceAll('\r\n', '\n')
}

function fileDiff(path: string, a: FileSide | undefined, b: FileSide | undefined): FileDiff {
  return {
    path,
    opaque: a?.opaque === true || b?.opaque === true,
    ...(a === undefined ? {} : { before: a.text }),
    ...(b === undefined ? {} : { after: b.text }),
  }
}

type FileSide = { readonly text: string; readonly opaque: boolean; readonly bytes?: string }

async function sideOf(entry: TreeEntry | undefined, { source, path }: Folder): Promise<FileSide | undefined> {
  if (entry === undefined || entry.kind === 'dir') return undefined
  if (entry.kind === 'submodule') return { text: `submodule at ${entry.oid}`, opaque: true }
  const bytes = await bytesOrSize(source.read(path))
  // Content that is not read is the same only where its name is: of a file on the disk that says no more than that it was touched.
  if (typeof bytes === 'number')
    return { text: `${bytes} bytes, too large to compare`, opaque: true, bytes: entry.oid }
  const text = decodeText(bytes)
  if (text !== undefined) return { text, opaque: false }
  return { text: `${bytes.length} bytes`, opaque: true, bytes: Buffer.from(bytes).toString('latin1') }
}

function below({ source, path }: Folder, name: string): Folder {
  return { source, path: join(path, name) }
}

function join(folder: string, name: string): string {
  return folder === '' || folder === '.' ? name : `${folder}/${name}`
}
