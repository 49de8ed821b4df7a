import { realpathSync } from 'node:fs'
import { relative, resolve, sep } from 'node:path'
import type { Api, AppSource, Client, LocalApi } from '#contract'
import { Exit } from './exit.ts'

/** `--source IMAGE=DIR`: the clone is added to the workspace; where DIR is a folder inside it, only that folder's commits count. */
export async function readSources(
  client: Client<Api & LocalApi>,
  flags: readonly string[],
  calledFrom: string,
): Promise<readonly AppSource[]> {
  const sources: AppSource[] = []
  for (const flag of flags) {
    const [, image, dir] = /^([^=]+)=(.+)$/.exec(flag) ?? []
    if (image === undefined || dir === undefined)
      throw new Exit(
        2,
        `--source ${flag}: write an image without its tag, or *, and a folder: ghcr.io/acme/web=../web`,
      )
    const path = resolve(calledFrom, dir)
    const clone = await client.call('clones.add', { path })
    const folder = relative(clone.path, realpathSync(path)).split(sep).join('/')
    const isInside = folder !== '' && !folder.startsWith('..')
    sources.push({ image, cloneId: clone.id, ...(isInside ? { folder } : {}) })
  }
  return sources
}
