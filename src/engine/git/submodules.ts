import { realpath } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { AppError } from '#contract'
import type { Oid } from '#contract'
import { createCatFile } from './cat-file.ts'
import type { CatFile } from './cat-file.ts'
import { findPlace } from './place.ts'
import type { Place } from './place.ts'
import type { GitRunner } from './runner.ts'
import { createObjectReader, createTreeSource } from './tree.ts'
import type { OpenSubmodule, TreeSource } from './tree.ts'

/** Submodules as far as they are checked out here: each is read at the commit that its superproject names, never at its own HEAD. */
export type Submodules = { readonly open: OpenSubmodule; readonly close: () => void }

type Opened = {
  readonly cat: CatFile
  readonly source: (commit: Oid) => Promise<TreeSource>
  readonly nested: Submodules
}

/** Nothing is fetched or checked out. `open` answers undefined for one that is not here, or whose clone lacks the commit. */
export function createSubmodules(git: GitRunner, place: Place): Submodules {
  const opened = new Map<string, Promise<Opened | undefined>>()
  const openAt = async (path: string): Promise<Opened | undefined> => {
    const found = await findOwn(git, place, path)
    if (found === undefined) return undefined
    const cat = createCatFile(git, found.path, {})
    const reader = createObjectReader(cat)
    const nested = createSubmodules(git, found)
    return {
      cat,
      nested,
      source: async (commit) => createTreeSource(reader, await reader.root(commit), nested.open),
    }
  }
  return {
    open: async (path, commit) => {
      let known = opened.get(path)
      if (known === undefined) {
        known = openAt(path)
        opened.set(path, known)
      }
      const one = await known
      // It may be checked out any time.
      if (one === undefined) opened.delete(path)
      return one?.source(commit).catch(absentIfMissing)
    },
    close: () => {
      for (const one of opened.values())
        void one.then((it) => {
          it?.nested.close()
          it?.cat.close()
        })
      opened.clear()
    },
  }
}

/** The clone in that folder itself, with its Git folder in its own or in its superproject's: a pointer to elsewhere is not followed. */
async function findOwn(git: GitRunner, place: Place, path: string): Promise<Place | undefined> {
  const folder = join(place.path, path)
  try {
    const found = await findPlace(git, folder)
    // Nothing of the clone need be there a moment later.
    const at = await realpath(folder).catch(() => undefined)
    if (at === undefined) return undefined
    const own = [at, place.commonDir, place.gitDir].some(
      (dir) => !relative(dir, found.gitDir).startsWith('..'),
    )
    return found.path === at && own ? found : undefined
  } catch (error) {
    if (error instanceof AppError && error.code !== 'CANCELLED') return undefined
    throw error
  }
}

function absentIfMissing(error: unknown): undefined {
  if (!(error instanceof AppError && error.code === 'COMMIT_MISSING')) throw error
}
