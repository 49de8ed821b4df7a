import { getConfigAll, listRemotes } from 'isomorphic-git'
import { createDiskFs, virtualDir } from './disk-fs.ts'

/** A clone's own configuration. The operator's own is not read, and includes are not followed: nothing here runs or writes by it. */
export type Config = {
  /** The last value, as git takes it; '' where there is none. */
  readonly get: (key: string) => Promise<string>
  readonly all: (key: string) => Promise<readonly string[]>
  readonly remotes: () => Promise<readonly string[]>
}

export function createConfig(commonDir: string): Config {
  const at = { fs: createDiskFs(commonDir), gitdir: virtualDir }
  const all = async (key: string) => (await getConfigAll({ ...at, path: key })).map(toText)
  return {
    all,
    get: async (key) => (await all(key)).at(-1) ?? '',
    remotes: async () => (await listRemotes(at)).map(({ remote }) => remote),
  }
}

/** isomorphic-git answers a truth as such; a key without a value means true. */
function toText(value: unknown): string {
  return typeof value === 'string' ? value : String(value ?? true)
}

export function isTrue(value: string): boolean {
  return /^(true|yes|on|1)$/i.test(value)
}
