import type { AppSpec, Oid } from '#contract'
import { AppError } from '#contract'
import type { TreeSource } from '../git/index.ts'
import type { BuildRequest, DraftPorts } from './build.ts'
import { isInside, ownerOf } from './ownership.ts'
import type { Owner } from './ownership.ts'
import { readsOf, readsOfOthers } from './reads.ts'

/** How far a rollback reaches: what it may look at, and whose each path is. */
export type Scope = { readonly paths: readonly string[]; readonly ownerOf: (path: string) => Owner }

/**
 * One app, several (what is read by these alone is theirs together), or a folder as it is: there everything counts, and what apps outside of it read
 * is asked about. `RETURN_PATH_MISSING`.
 */
export async function scopeOf(
  ports: DraftPorts,
  request: BuildRequest,
  at: {
    readonly base: { readonly oid: Oid; readonly source: TreeSource }
    readonly targets: readonly Oid[]
  },
): Promise<Scope> {
  const { render, repo } = ports
  const { spec, action, alongside = [] } = request
  const together = new Set(alongside.map(({ name }) => name))
  const outside = ports.others.filter(({ name }) => !together.has(name))
  const others = await readsOfOthers(render, spec, outside, at.base)
  const sources = [at.base.source, ...(await Promise.all(at.targets.map((oid) => repo.tree(oid))))]
  const folder = action.kind === 'return' ? action.path : undefined
  if (folder !== undefined) {
    const path = await folderIn(sources, folder)
    return {
      paths: [path],
      ownerOf: (one) =>
        isInside(one, path) ? ownerOf(one, { folder: path, inputs: new Set([one]), others }) : 'foreign',
    }
  }
  const specs: readonly AppSpec[] = [spec, ...alongside]
  const reads = await Promise.all(
    specs.flatMap((one) => sources.map((source) => readsOf(render, one, source))),
  )
  const inputs = new Set(reads.flatMap((one) => [...one]))
  const owners = (path: string) => specs.map((one) => ownerOf(path, { folder: one.path, inputs, others }))
  return {
    paths: [...new Set([...specs.map(({ path }) => path), ...inputs])],
    ownerOf: (path) => owners(path).find((owner) => owner !== 'foreign') ?? 'foreign',
  }
}

async function folderIn(sources: readonly TreeSource[], named: string): Promise<string> {
  const path = named.replace(/^\.\/+|\/+$/g, '') || '.'
  const lists = path.split('/').includes('..')
    ? []
    : await Promise.all(sources.map((source) => source.list(path)))
  if (lists.some((list) => list !== undefined)) return path
  throw new AppError('RETURN_PATH_MISSING', { message: `${named} is no folder here.`, subject: named })
}
