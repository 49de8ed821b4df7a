import { join } from 'node:path'
import { getConfigAll, listRemotes } from 'isomorphic-git'
import type { Place } from '../place.ts'
import { createDiskFs, virtualDir } from './disk-fs.ts'

/** A clone's own configuration. The operator's own is not read, and includes are not followed: nothing here runs or writes by it. */
export type Config = {
  /** The last value, as git takes it; '' where there is none. */
  readonly get: (key: string) => Promise<string>
  readonly all: (key: string) => Promise<readonly string[]>
  readonly remotes: () => Promise<readonly string[]>
}

type Dirs = Pick<Place, 'gitDir' | 'commonDir'>

/** What one work tree alone has (`config.worktree`) counts where the clone says so, after the rest. */
export function createConfig({ commonDir, gitDir }: Dirs): Config {
  const common = { fs: createDiskFs(commonDir), gitdir: virtualDir }
  const own = { fs: createDiskFs(commonDir, join(gitDir, 'config.worktree')), gitdir: virtualDir }
  const read = async (at: typeof common, key: string) =>
    (await getConfigAll({ ...at, path: key })).map(toText)
  const all = async (key: string) => {
    const separate = isTrue((await read(common, 'extensions.worktreeconfig')).at(-1) ?? '')
    return [...(await read(common, key)), ...(separate ? await read(own, key) : [])]
  }
  return {
    all,
    get: async (key) => (await all(key)).at(-1) ?? '',
    remotes: async () => (await listRemotes(common)).map(({ remote }) => remote),
  }
}

/** isomorphic-git answers a truth as such; a key without a value means true. */
function toText(value: unknown): string {
  if (typeof value === 'string') return value
  return typeof value === 'boolean' || typeof value === 'number' ? `${value}` : 'true'
}

export function isTrue(value: string): boolean {
  return /^(true|yes|on|1)$/i.test(value)
}
