import { setImmediate as nextTurn } from 'node:timers/promises'
import type { AppSpec, OriginRole, OriginShare } from '#contract'
import { AppError } from '#contract'
import {
  candidatesFor,
  isExpression,
  layersOf,
  mayHold,
  namesakesOf,
  placesIn,
  probesOf,
  schemaChoices,
  templateCandidates,
  textPlaces,
  valueRefs,
  verdictOf,
  withEdits,
} from '#core'
import type { Candidate, Layers, Manifest, Probe, SourceScalar, Sources, Target } from '#core'
import type { AppRenderer } from '../app-render.ts'
import type { TreeSource } from '../git/index.ts'
import { overlay } from './overlay.ts'

/** A place with what the trials said of it; `refused`: no trial of it rendered. */
export type Proven = {
  readonly place: SourceScalar
  readonly role: OriginRole
  readonly share: OriginShare | undefined
  readonly secret: boolean
}
export type Proof = {
  readonly proven: readonly Proven[]
  readonly refused: readonly Proven[]
  readonly layers: Layers
  readonly renders: number
  /** There were more places than trials. */
  readonly bounded: boolean
  /** Values that some place was proved for. */
  readonly explained: ReadonlySet<string>
}

export type ProofRequest = {
  readonly spec: AppSpec
  readonly source: TreeSource
  readonly sources: Sources
  readonly before: readonly Manifest[]
  readonly targets: readonly Target[]
  readonly signal?: AbortSignal | undefined
}

/** Places up to this rank look like the field itself: worth telling also where they could not be tried. */
const likely = 1

/** Trials of one question: a small overlay renders in tens of milliseconds, a large chart in half a second. */
const maxRenders = 60
/** Nobody waits longer for an answer that may still be incomplete. */
const maxMs = 30_000

/**
 * Where values come from, by counterfactual: each likely place is given another value in memory, everything is rendered again, and the
 * place is an origin if the field followed. Nothing is written anywhere. Lines of templates go first: they name the values behind them.
 */
export async function proveOrigins(render: AppRenderer, request: ProofRequest): Promise<Proof> {
  const { sources, targets } = request
  const layers = layersOf(sources)
  const court = openCourt(render, request)
  const places = await findPlaces(request)
  const refs: string[] = []
  for (const candidate of sources.tool === 'helm' ? templateCandidates(targets, sources.files) : []) {
    const isWritten = await court.hear(candidate, [])
    const file = sources.files.find(({ path }) => path === candidate.place.file)
    if (isWritten && file !== undefined)
      refs.push(...valueRefs(file.text.slice(candidate.place.from, candidate.place.to), sources.files))
    if (court.allExplained()) break
  }
  for (const candidate of candidatesFor(targets, places, { sources, layers, refs })) {
    if (court.isClosed()) break
    await court.hear(candidate, namesakesOf(candidate, places, targets))
  }
  return { ...court.result(), layers }
}

/** File by file: between two of them the engine does what else it has to do. */
async function findPlaces({ sources, targets }: ProofRequest): Promise<readonly SourceScalar[]> {
  const places: SourceScalar[] = [...textPlaces(targets, sources.files)]
  for (const file of sources.files.filter((one) => mayHold(one, targets, sources))) {
    places.push(...placesIn(file))
    await nextTurn()
  }
  return places
}

type Court = {
  /** Tries a place; did a field follow? */
  readonly hear: (candidate: Candidate, namesakes: readonly SourceScalar[]) => Promise<boolean>
  readonly allExplained: () => boolean
  /** Every value has a place that is the whole of it, or there were trials enough. */
  readonly isClosed: () => boolean
  readonly result: () => Omit<Proof, 'layers'>
}

function openCourt(renderApp: AppRenderer, request: ProofRequest): Court {
  const { sources, targets } = request
  const texts = new Map(sources.files.map(({ path, text }) => [path, text]))
  const proven: Proven[] = []
  const refused: Proven[] = []
  const explained = new Set<string>()
  let open: readonly Target[] = targets
  const started = performance.now()
  let renders = 0
  let bounded = false
  const keep = ({ place, role }: Candidate, hits: readonly Hit[]) => {
    const text = texts.get(place.file) ?? ''
    const writes = role === 'template' && isExpression(place, { path: place.file, text })
    const secret = hits.some(({ target }) => target.secret)
    proven.push({ place, role, share: writes ? 'writes' : hits[0]?.share, secret })
    for (const { target } of hits) explained.add(target.path)
    // Nothing else stands in a value that this place is the whole of; behind an expression, other places do.
    if (!writes)
      open = open.filter((one) => !hits.some(({ target, share }) => target === one && share === 'whole'))
  }
  const render = async (probe: Probe) => {
    bounded ||= renders >= maxRenders || performance.now() - started > maxMs
    if (bounded) return undefined
    renders += 1
    return tryProbe(renderApp, request, withEdits(texts, probe))
  }
  const followers = async (probe: Probe, after: readonly Manifest[], role: OriginRole) => {
    const hits = judge(request, { probe, after, role })
    if (hits.length === 0 || probe.counter === undefined) return hits
    const without = await render(probe.counter)
    const others = without === undefined ? [] : judge(request, { probe: probe.counter, after: without, role })
    return hits.filter((hit) => !others.some(({ target }) => target === hit.target))
  }
  const hear: Court['hear'] = async (candidate, namesakes) => {
    const { place, role, rank } = candidate
    let rendered = false
    const around = { namesakes, choices: schemaChoices(place, sources.files) }
    for (const probe of probesOf(place, texts.get(place.file) ?? '', around)) {
      // What rendered and moved nothing moves nothing with another value either, only together with its namesakes.
      if (rendered && probe.counter === undefined) continue
      const after = await render(probe)
      if (bounded) return false
      if (after === undefined) continue
      rendered = true
      const hits = await followers(probe, after, role)
      if (hits.length === 0) continue
      keep(candidate, hits)
      return true
    }
    if (!rendered && rank <= likely)
      refused.push({ place, role, share: undefined, secret: targets.some(({ secret }) => secret) })
    return false
  }
  return {
    hear,
    allExplained: () => targets.every(({ path }) => explained.has(path)),
    isClosed: () => open.length === 0 || bounded,
    result: () => ({ proven, refused, renders, bounded, explained }),
  }
}

/** What the app renders to with other texts in its files. Undefined = the tool does not take it. */
async function tryProbe(
  render: AppRenderer,
  { spec, source, signal }: ProofRequest,
  files: ReadonlyMap<string, string>,
): Promise<readonly Manifest[] | undefined> {
  try {
    return (await render(spec, overlay(source, files), signal)).manifests
  } catch (error) {
    if (!(error instanceof AppError) || error.code === 'CANCELLED') throw error
    return undefined
  }
}

type Hit = { readonly target: Target; readonly share: OriginShare }

function judge(
  { targets, before, sources }: ProofRequest,
  trial: { readonly probe: Probe; readonly after: readonly Manifest[]; readonly role: OriginRole },
): readonly Hit[] {
  // A template's line is replaced as a whole: the field must say what was put there.
  const computes = sources.tool === 'helm' && trial.role !== 'template'
  return targets.flatMap((target) => {
    const share = verdictOf({ target, probe: trial.probe, before, after: trial.after, decode, computes })
    return share === undefined ? [] : [{ target, share }]
  })
}

export function decode(text: string): string | undefined {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text) || text.length % 4 !== 0) return undefined
  return Buffer.from(text, 'base64').toString('utf8')
}
