import type { AppSpec, SourceLine } from '#contract'
import { isScalable, keyString, replicaCandidates, replicasOf } from '#core'
import type { Rendered } from '../app-render.ts'
import { decodeText } from '../git/index.ts'
import type { TreeSource } from '../git/index.ts'

/**
 * Where each workload's count seems to be set: the most specific place that names it. What an edit really changes is proven when it is
 * drafted; this is what a person would look at first.
 */
export async function readCounts(
  spec: AppSpec,
  source: TreeSource,
  rendered: Rendered,
): Promise<ReadonlyMap<string, SourceLine>> {
  const workloads = rendered.manifests.filter(({ object }) => isScalable(object))
  const counts = new Map<string, SourceLine>()
  if (workloads.length === 0) return counts
  const inputs = await Promise.all(
    rendered.inputs.map(async ({ path }) => {
      const bytes = await source.read(path)
      return { path, text: bytes === undefined ? undefined : decodeText(bytes) }
    }),
  )
  const texts = inputs.filter(
    (input): input is { readonly path: string; readonly text: string } => input.text !== undefined,
  )
  for (const { key, object } of workloads) {
    const current = replicasOf(object)
    if (current === undefined) continue
    const [place] = replicaCandidates({
      tool: spec.tool,
      appPath: spec.path,
      inputs: texts,
      key,
      current,
      ...(spec.helm === undefined ? {} : { helm: spec.helm }),
    })
    if (place !== undefined) counts.set(keyString(key), { file: place.path, line: place.line })
  }
  return counts
}
