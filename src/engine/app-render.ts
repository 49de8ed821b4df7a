import { createHash } from 'node:crypto'
import type { AppSpec, Problem } from '#contract'
import { checkManifests, orderManifests, renderedHash } from '#core'
import type { Manifest } from '#core'
import type { TreeSource } from './git/index.ts'
import type { Renderer } from './render/index.ts'

/** What an app is at one tree: its manifests in apply order, what it read, and the hash that preview and apply must agree in. */
export type Rendered = {
  readonly manifests: readonly Manifest[]
  readonly problems: readonly Problem[]
  /** Files that the render read or looked for in vain, relative to the repository. */
  readonly inputs: readonly { readonly path: string; readonly oid: string }[]
  readonly hash: string
}

/** Renders an app at any tree. Kept by tree and source, so that neighbouring screens share the work. */
export type AppRenderer = (spec: AppSpec, source: TreeSource, signal?: AbortSignal) => Promise<Rendered>

const kept = 500

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

export function createAppRenderer(
  renderer: Renderer,
  { most = kept }: { readonly most?: number } = {},
): AppRenderer {
  const cache = new Map<string, Promise<Rendered>>()
  return (spec, source, signal) => {
    const key = JSON.stringify([
      source.id,
      spec.cloneId,
      spec.path,
      spec.tool,
      spec.helm,
      spec.destination?.namespace,
    ])
    const known = cache.get(key)
    if (known !== undefined) return known
    const rendering = render(renderer, spec, source, signal)
    cache.set(key, rendering)
    if (cache.size > most) cache.delete(cache.keys().next().value ?? '')
    // A failure may be a time-out or a cancel: the next one to ask tries again.
    rendering.catch(() => cache.delete(key))
    return rendering
  }
}

async function render(
  renderer: Renderer,
  spec: AppSpec,
  source: TreeSource,
  signal: AbortSignal | undefined,
): Promise<Rendered> {
  const namespace = spec.destination?.namespace
  const result = await renderer.render({
    source,
    path: spec.path,
    tool: spec.tool,
    ...(namespace === undefined ? {} : { namespace }),
    ...(spec.helm === undefined ? {} : { helm: { ...spec.helm, namespace: namespace ?? 'default' } }),
    ...(signal === undefined ? {} : { signal }),
  })
  const manifests = orderManifests(result.manifests)
  return {
    manifests,
    problems: [...result.problems, ...checkManifests(manifests)],
    inputs: result.inputs,
    hash: renderedHash(manifests, sha256),
  }
}
