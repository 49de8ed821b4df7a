import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import type { TestRepo } from './repo.ts'

/** Everything of a clone that is the user's: the index by its bytes, and each file of the work tree by its bytes and times. */
export type UsersFiles = { readonly index: string; readonly files: ReadonlyMap<string, string> }

export function usersFiles(repo: TestRepo): UsersFiles {
  const files = new Map<string, string>()
  const walk = (folder: string) => {
    for (const entry of readdirSync(join(repo.clone, folder), { withFileTypes: true })) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`
      if (path === '.git') continue
      if (entry.isDirectory()) walk(path)
      else files.set(path, describe(join(repo.clone, path)))
    }
  }
  walk('')
  return { index: readFileSync(join(repo.clone, '.git/index'), 'latin1'), files }
}

function describe(path: string): string {
  const { mode, mtimeMs, ino, isSymbolicLink } = withKind(path)
  const bytes = isSymbolicLink ? readlinkSync(path) : readFileSync(path, 'latin1')
  return `${mode} ${ino} ${mtimeMs} ${bytes}`
}

function withKind(path: string) {
  const found = lstatSync(path)
  return { mode: found.mode, mtimeMs: found.mtimeMs, ino: found.ino, isSymbolicLink: found.isSymbolicLink() }
}
