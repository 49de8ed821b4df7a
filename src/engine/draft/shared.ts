import type { AppSpec, Oid, SharedInput } from '#contract'
import { AppError } from '#contract'
import { displayKey, renderedChanges } from '#core'
import type { AppRenderer } from '../app-render.ts'
import type { Repo, TreeSource } from '../git/index.ts'
import { readsOf } from './reads.ts'

type Ports = { readonly render: AppRenderer; readonly repo: Repo; readonly others: readonly AppSpec[] }

/** Shared inputs that the draft touches, each with the apps that read it and what would change for them. */
export async function sharedInputs(
  ports: Ports,
  request: { readonly spec: AppSpec },
  draft: { readonly paths: readonly string[]; readonly base: Oid; readonly after: TreeSource },
): Promise<readonly SharedInput[]> {
  if (draft.paths.length === 0) return []
  const source = await ports.repo.tree(draft.base)
  const readers = await Promise.all(
    ports.others.map(async (spec) => ({ spec, inputs: await readsOf(ports.render, spec, source) })),
  )
  const affected = readers.filter(
    ({ spec, inputs }) => spec.name !== request.spec.name && draft.paths.some((path) => inputs.has(path)),
  )
  const words = new Map(
    await Promise.all(
      affected.map(
        async ({ spec }) => [spec.name, await effectOn(ports.render, spec, source, draft.after)] as const,
      ),
    ),
  )
  return draft.paths.map((path) => ({
    path,
    apps: affected
      .filter(({ inputs }) => inputs.has(path))
      .map(({ spec }) => ({ name: spec.name, words: words.get(spec.name) ?? [] })),
  }))
}

async function effectOn(
  render: AppRenderer,
  spec: AppSpec,
  before: TreeSource,
  after: TreeSource,
): Promise<readonly string[]> {
  try {
    const [from, to] = await Promise.all([render(spec, before), render(spec, after)])
    return wordsOf(from.manifests, to.manifests)
  } catch (error) {
    if (error instanceof AppError) return [`does not render: ${error.message}`]
    throw error
  }
}

/** What differs between two renders, a line for each object. */
export function wordsOf(...sides: Parameters<typeof renderedChanges>): readonly string[] {
  return renderedChanges(...sides).map(
    (change) =>
      `${displayKey(change.key)}: ${change.kind === 'changed' ? change.words.join(', ') : change.kind}`,
  )
}
