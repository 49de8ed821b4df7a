import type { AppSpec, Oid } from '#contract'
import { AppError } from '#contract'
import type { AppRenderer } from '../app-render.ts'
import type { TreeSource } from '../git/index.ts'
import type { Reads } from './ownership.ts'

/** Files that an app reads at a tree, also those it looked for in vain. A tree that does not render reads nothing more than is known. */
export async function readsOf(
  render: AppRenderer,
  spec: AppSpec,
  source: TreeSource,
): Promise<ReadonlySet<string>> {
  try {
    const { inputs } = await render(spec, source)
    return new Set(inputs.map(({ path }) => path))
  } catch (error) {
    if (error instanceof AppError) return new Set()
    throw error
  }
}

/** The other apps of the clone with what they read at `base`; two names for the same source count once. */
export async function readsOfOthers(
  render: AppRenderer,
  spec: AppSpec,
  others: readonly AppSpec[],
  base: { readonly oid: Oid; readonly source: TreeSource },
): Promise<readonly Reads[]> {
  const different = others.filter((other) => other.name !== spec.name && sourceKey(other) !== sourceKey(spec))
  const unique = [...new Map(different.map((other) => [sourceKey(other), other])).values()]
  return Promise.all(
    unique.map(async (other) => ({ name: other.name, inputs: await readsOf(render, other, base.source) })),
  )
}

export function sourceKey(spec: AppSpec): string {
  return JSON.stringify([spec.path, spec.tool, spec.helm?.valuesFiles ?? [], spec.helm?.releaseName ?? ''])
}
