import { AppError } from '#contract'
import type { ResourceKey, Tool } from '#contract'
import { displayKey } from '../manifest/index.ts'
import { kustomizePlaces } from './kustomize-places.ts'
import { manifestPlaces } from './manifest-places.ts'
import type { ReplicasProof } from './prove-replicas.ts'
import { findScalar, spliceScalar } from './splice.ts'
import type { FieldPlace, Splice } from './splice.ts'
import { valuesPlaces } from './values-places.ts'

/** A file that the app's render read. */
export type SourceFile = { readonly path: string; readonly text: string }

export type ReplicaSearch = {
  readonly tool: Tool
  readonly inputs: readonly SourceFile[]
  /** The workload as it is rendered. */
  readonly key: ResourceKey
  /** Its rendered count. */
  readonly current: number
  readonly appPath: string
  /** Values files in the order they are given to Helm, as paths of the repository. */
  readonly helm?: { readonly valuesFiles: readonly string[] }
}

/** A field that might set the count; `kind` says what it is, for words. */
export type ReplicaPlace = FieldPlace & {
  readonly kind: 'overlay-replicas' | 'patch' | 'manifest' | 'absent' | 'value'
}

/** A place that might set the count, most likely first. `refused` = it would not be edited, and why. */
export type ReplicaCandidate = {
  readonly place: ReplicaPlace
  readonly path: string
  readonly line: number
  readonly refused?: AppError
}

/** Renders are tried for each: more than this many places are not looked at. */
const maxCandidates = 16

/**
 * Places that could set a workload's count, most specific first. Only a trial tells which one does: apply each, render, and keep
 * those that `proveOnlyReplicas` accepts; then `chooseCandidate`.
 */
export function replicaCandidates(search: ReplicaSearch): readonly ReplicaCandidate[] {
  return placesOf(search).slice(0, maxCandidates).map(toCandidate)
}

/** The candidate's file with the count set. Throws as `spliceScalar`. */
export function applyCandidate(candidate: ReplicaCandidate, to: number): Splice & { readonly path: string } {
  if (candidate.refused !== undefined) throw candidate.refused
  return { path: candidate.path, ...spliceScalar(candidate.place, to) }
}

export type Trial = { readonly candidate: ReplicaCandidate; readonly proof: ReplicasProof }

/**
 * The one candidate whose trial changes this count and nothing else. Throws `EDIT_AMBIGUOUS` when several do, `EDIT_NOT_PROVEN` when
 * those with an effect change more, the refusal of a place that could not be tried, else `EDIT_NO_SOURCE`.
 */
export function chooseCandidate(
  key: ResourceKey,
  candidates: readonly ReplicaCandidate[],
  trials: readonly Trial[],
): ReplicaCandidate {
  const proven = trials.filter(({ proof }) => proof.ok).map(({ candidate }) => candidate)
  const [first, second] = proven
  if (first !== undefined && second === undefined) return first
  const name = displayKey(key)
  if (first !== undefined) {
    const places = proven.map(({ path, line }) => `${path}:${line}`)
    throw new AppError('EDIT_AMBIGUOUS', {
      message: `${name}: its replicas can be set in ${places.join(' and ')}.`,
      subject: name,
      data: { places },
    })
  }
  const wide = trials.find(({ proof }) => !proof.ok && proof.effect === 'other')
  if (wide !== undefined && !wide.proof.ok)
    throw new AppError('EDIT_NOT_PROVEN', {
      message: `${name}: setting ${wide.candidate.path}:${wide.candidate.line} does more: ${wide.proof.why}.`,
      subject: name,
      action: 'show-file',
      data: { file: wide.candidate.path, line: wide.candidate.line },
    })
  const refused = candidates.find((candidate) => candidate.refused !== undefined)?.refused
  if (refused !== undefined) throw refused
  throw new AppError('EDIT_NO_SOURCE', {
    message: `${name}: none of the files that were read sets its replicas.`,
    subject: name,
  })
}

function placesOf(search: ReplicaSearch): readonly ReplicaPlace[] {
  if (search.tool === 'helm') return valuesPlaces(search)
  return search.tool === 'kustomize' ? kustomizePlaces(search) : manifestPlaces(search)
}

function toCandidate(place: ReplicaPlace): ReplicaCandidate {
  try {
    return { place, path: place.file, line: findScalar(place).line }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    const line = error.data?.line
    return { place, path: place.file, line: typeof line === 'number' ? line : 1, refused: error }
  }
}
