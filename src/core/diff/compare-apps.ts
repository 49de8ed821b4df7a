import type { ManifestDiff, RenderedChange } from '#contract'
import { keyString, normalise } from '../manifest/index.ts'
import type { JsonObject, Manifest } from '../manifest/index.ts'
import { alignedTo } from './align.ts'
import { manifestDiffs, renderedChanges } from './rendered-changes.ts'

/** One side's manifests, and the namespace that stands for "its own" where two environments are compared. */
export type AppSide = { readonly manifests: readonly Manifest[]; readonly namespace?: string | undefined }

/**
 * Two states of one app, or two environments of it: what differs in meaning. Objects are paired by kind, name and namespace, where each
 * side's own namespace is the same one.
 */
export function compareApps(
  before: AppSide,
  after: AppSide,
  toBase64: (text: string) => string,
): { readonly changes: readonly RenderedChange[]; readonly manifests: readonly ManifestDiff[] } {
  const from = before.manifests.map((manifest) => plain(manifest, toBase64))
  const known = new Map(from.map((manifest) => [keyString(manifest.key), manifest.object]))
  const to = after.manifests
    .map((manifest) => plain(moved(manifest, after.namespace, before.namespace), toBase64))
    .map((manifest) => {
      const old = known.get(keyString(manifest.key))
      return old === undefined ? manifest : { ...manifest, object: alignedTo(old, manifest.object) }
    })
  return { changes: renderedChanges(from, to), manifests: manifestDiffs(from, to) }
}

function plain(manifest: Manifest, toBase64: (text: string) => string): Manifest {
  return { ...manifest, object: normalise(manifest.object, toBase64) }
}

function moved(manifest: Manifest, from: string | undefined, to: string | undefined): Manifest {
  if (from === undefined || to === undefined || from === to || manifest.key.namespace !== from)
    return manifest
  const metadata = { ...(manifest.object.metadata as JsonObject), namespace: to }
  return {
    ...manifest,
    key: { ...manifest.key, namespace: to },
    object: { ...manifest.object, metadata },
  }
}
