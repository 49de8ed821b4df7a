import { realpath } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { AppError } from '#contract'
import type { Place } from '../place.ts'
import { createObjectReader, createTreeSource } from '../tree.ts'
import type { OpenSubmodule } from '../tree.ts'
import { createConfig } from './config.ts'
import { createDiskObjects } from './objects.ts'
import { findPlaceWithoutGit } from './place.ts'

/** A submodule that is checked out here, at the commit that its superproject names; a pointer to elsewhere is not followed. */
export function submodulesOf(place: Place): OpenSubmodule {
  return async (path, commit) => {
    const found = await findOwn(place, join(place.path, path))
    if (found === undefined) return undefined
    const reader = createObjectReader(createDiskObjects(found.commonDir, createConfig(found)))
    try {
      return createTreeSource(reader, await reader.root(commit), submodulesOf(found))
    } catch (error) {
      if (error instanceof AppError && error.code === 'COMMIT_MISSING') return undefined
      throw error
    }
  }
}

async function findOwn(place: Place, folder: string): Promise<Place | undefined> {
  try {
    const found = await findPlaceWithoutGit(folder)
    const at = await realpath(folder)
    const own = [at, place.commonDir, place.gitDir].some(
      (dir) => !relative(dir, found.gitDir).startsWith('..'),
    )
    return found.path === at && own ? found : undefined
  } catch (error) {
    if (error instanceof AppError || (error instanceof Error && 'code' in error)) return undefined
    throw error
  }
}
