import type { AppSpec, DiscoveredApp } from '#contract'
import type { TreeSource } from '../git/index.ts'
import { findCharts } from './charts.ts'
import { findKustomizations } from './kustomizations.ts'
import { findPlainFolders } from './plain-folders.ts'
import { nameApps } from './names.ts'
import { createReader, walkFolders } from './walk.ts'

export type DiscoverRequest = {
  readonly source: Pick<TreeSource, 'list' | 'read'>
  readonly cloneId: string
  readonly branch: string
  /** Apps that exist already, of any clone: their names are taken, and what they cover is told as known. */
  readonly known: readonly AppSpec[]
  /** Context that a proposed destination names; without one no destination is proposed. */
  readonly context?: string
  readonly signal?: AbortSignal
}

export type Discovered = {
  /** By name. A known app stands with its own spec. */
  readonly apps: readonly DiscoveredApp[]
  /** The repository is larger than is looked through: there may be more. */
  readonly truncated: boolean
}

/** What could be an app, before it has a name. */
export type Finding = {
  readonly path: string
  readonly tool: AppSpec['tool']
  /** `prod`, where the place or the values file says so. */
  readonly environment?: string
  readonly valuesFiles?: readonly string[]
  readonly namespace?: string
  readonly why: string
}

/**
 * Which apps a commit's tree holds: folders with a kustomization that is no base or component of another, charts (one app for each
 * environment's values file), folders of manifests that neither of them claims. Reads kustomizations, chart files and the first
 * manifests of a folder, within bounds; nothing is rendered and nothing is run.
 */
export async function discoverApps(request: DiscoverRequest): Promise<Discovered> {
  const reader = createReader(request.source, request.signal)
  const folders = await walkFolders(reader)
  const charts = await findCharts(reader, folders)
  const kustomizations = await findKustomizations(reader, folders)
  const plain = await findPlainFolders(reader, folders, kustomizations.claimed)
  const findings = [...charts, ...kustomizations.findings, ...plain]
  return { apps: nameApps(findings, request), truncated: reader.truncated() }
}
