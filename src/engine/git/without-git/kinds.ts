import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { CloneKind } from '#contract'
import { readShallow } from '../kinds.ts'
import type { Place } from '../place.ts'
import { isTrue } from './config.ts'
import type { Config } from './config.ts'
import { readRefs } from './refs.ts'

/** As `readKinds` with git; sha256 repositories are not opened here. */
export async function readKindsWithoutGit(place: Place, config: Config): Promise<readonly CloneKind[]> {
  const remotes = await config.remotes()
  const promisors = await Promise.all(remotes.map((name) => config.get(`remote.${name}.promisor`)))
  const replaced = [...(await readRefs(place)).keys()].some((ref) => ref.startsWith('refs/replace/'))
  const holds: Readonly<Record<CloneKind, boolean>> = {
    bare: place.path === place.gitDir,
    linked: place.gitDir !== place.commonDir,
    shallow: (await readShallow(place)).size > 0,
    partial: (await config.get('extensions.partialclone')) !== '' || promisors.some(isTrue),
    sparse: isTrue(await config.get('core.sparsecheckout')),
    sha256: false,
    grafts: existsSync(join(place.commonDir, 'info', 'grafts')),
    replaced,
  }
  return CloneKind.options.filter((kind) => holds[kind])
}
