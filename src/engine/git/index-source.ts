import { AppError } from '#contract'
import type { CatFile } from './cat-file.ts'
import type { GitRunner } from './runner.ts'
import { kindOf } from './tree.ts'
import type { TreeEntry, TreeSource } from './tree.ts'

/** What is staged, as a tree: the index is read and never written. `INDEX_UNMERGED` while a merge is not resolved in it. */
export async function readIndexSource(
  git: GitRunner,
  cat: CatFile,
  cwd: string,
  id: string,
): Promise<TreeSource> {
  const { stdout } = await git.run(['ls-files', '--stage', '-z'], { cwd })
  const folders = new Map<string, Map<string, TreeEntry>>([['', new Map()]])
  for (const record of new TextDecoder().decode(stdout).split('\0')) {
    if (record !== '') add(folders, record, id)
  }
  const find = (path: string): TreeEntry | undefined => {
    const parts = partsOf(path)
    const name = parts.pop()
    return name === undefined ? undefined : folders.get(parts.join('/'))?.get(name)
  }
  return {
    id,
    list: (dir) => {
      const entries = folders.get(partsOf(dir).join('/'))
      return Promise.resolve(entries === undefined ? undefined : [...entries.values()])
    },
    read: async (path) => {
      const entry = find(path)
      if (entry?.kind !== 'file' && entry?.kind !== 'symlink') return undefined
      return (await cat.read(entry.oid))?.bytes
    },
    oidOf: (path) => Promise.resolve(partsOf(path).length === 0 ? id : find(path)?.oid),
  }
}

function add(folders: Map<string, Map<string, TreeEntry>>, record: string, id: string): void {
  const tab = record.indexOf('\t')
  const path = record.slice(tab + 1)
  const [mode = '', oid = '', stage] = record.slice(0, tab).split(' ')
  if (stage !== '0')
    throw new AppError('INDEX_UNMERGED', {
      message: `${path}: a merge is not resolved in the index.`,
      subject: path,
    })
  const parts = path.split('/')
  const name = parts.pop() ?? ''
  for (let depth = 0; depth < parts.length; depth++) {
    const parent = parts.slice(0, depth).join('/')
    const folder = parts.slice(0, depth + 1).join('/')
    const part = parts[depth] ?? ''
    const entry: TreeEntry = { name: part, kind: 'dir', mode: '040000', oid: `${id}:${folder}` }
    folders.get(parent)?.set(part, entry)
    if (!folders.has(folder)) folders.set(folder, new Map())
  }
  folders.get(parts.join('/'))?.set(name, { name, mode, oid, kind: kindOf(mode) })
}

function partsOf(path: string): string[] {
  return path.split('/').filter((part) => part !== '' && part !== '.')
}
