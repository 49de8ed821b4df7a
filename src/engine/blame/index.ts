import type { AppSpec, Blame, BlameRequest, Oid, Origin } from '#contract'
import { AppError } from '#contract'
import {
  displayKey,
  keyString,
  notesFor,
  placesIn,
  readPath,
  redact,
  stepsTo,
  targetsAt,
  typedPath,
  valueText,
} from '#core'
import type { Manifest, SourceFile, Sources } from '#core'
import type { AppRenderer, Rendered } from '../app-render.ts'
import { specSeen } from '../app-moves.ts'
import { decodeText } from '../git/index.ts'
import type { Repo, TreeSource } from '../git/index.ts'
import { toOrigins, toPossible } from './lines.ts'
import type { LinePorts } from './lines.ts'
import { readLiveField } from './live.ts'
import type { LiveReader } from './live.ts'
import { decode, proveOrigins } from './prove.ts'
import type { Proof, ProofRequest } from './prove.ts'

export type BlamePorts = {
  readonly repo: Repo
  readonly render: AppRenderer
  /** Renders trials: what it keeps must not push out what screens use. */
  readonly probe: AppRenderer
  /** The app's cluster; absent where it has none. */
  readonly live: LiveReader | undefined
}

/** At most so many places that could not be tried are told. */
const mostPossible = 6

/**
 * Where a field of a rendered object is written, proved by trial, and which commit wrote it there. `NOT_FOUND` where neither Git nor (if
 * asked) the cluster has it; `COMMIT_MISSING`, `RENDER_*`.
 */
export async function blameField(
  ports: BlamePorts,
  app: AppSpec,
  { key, path: typed, revision: name, live }: BlameRequest,
  signal?: AbortSignal,
): Promise<Blame> {
  const { repo } = ports
  const revision = name === undefined ? (await repo.tracked(app.branch)).tip : await repo.resolve(name)
  const spec = await specSeen(repo, app, revision)
  const source = await repo.tree(revision)
  const rendered = await ports.render(spec, source, signal)
  const manifest = rendered.manifests.find((one) => keyString(one.key) === keyString(key))
  const path = typedPath(typed)
  const declared = manifest === undefined ? undefined : readPath(manifest.object, path)
  const field = { key, path, declared: manifest?.object }
  const inCluster =
    live === true && ports.live !== undefined ? await readLiveField(ports.live, field, signal) : undefined
  const answer = { key, path, revision, ...(inCluster === undefined ? {} : { live: inCluster }) }
  if (manifest === undefined || declared?.found !== true) {
    if (inCluster === undefined || inCluster.state === 'absent')
      throw notThere(manifest, { key, path, revision })
    return { ...answer, origins: [], notes: ['Git does not declare this field.'], renders: 0 }
  }
  const found = await traced(ports, { spec, source, revision, rendered, manifest, path, signal })
  return { ...answer, value: valueText(readPath(redact(manifest.object), path).value), ...found }
}

function notThere(
  manifest: Manifest | undefined,
  { key, path, revision }: { readonly key: Manifest['key']; readonly path: string; readonly revision: Oid },
): AppError {
  const name = displayKey(key)
  const at = revision.slice(0, 7)
  const message =
    manifest === undefined
      ? `${name} is not among the app's manifests at ${at}.`
      : `${name} has no field ${path} at ${at}.`
  return new AppError('NOT_FOUND', { message, subject: name })
}

type Tracing = {
  readonly spec: AppSpec
  readonly source: TreeSource
  readonly revision: Oid
  readonly rendered: Rendered
  readonly manifest: Manifest
  readonly path: string
  readonly signal: AbortSignal | undefined
}

async function traced(
  ports: BlamePorts,
  tracing: Tracing,
): Promise<Pick<Blame, 'origins' | 'notes' | 'renders'>> {
  const { spec, source, revision, rendered, manifest, path, signal } = tracing
  const sources: Sources = {
    tool: spec.tool,
    appPath: spec.path,
    files: await textsOf(source, rendered),
    valuesFiles: spec.helm?.valuesFiles ?? [],
  }
  const targets = targetsAt(manifest, path, decode)
  const request: ProofRequest = { spec, source, sources, before: rendered.manifests, targets, signal }
  const proof = declaredPlaces(manifest, request) ?? (await proveOrigins(ports.probe, request))
  const lines: LinePorts = { repo: ports.repo, source, revision, sources, signal }
  const found = await toOrigins(lines, proof)
  const origins = targets.length > 1 ? found.toSorted(byPlace) : found
  const isOpen = targets.some((target) => !proof.explained.has(target.path))
  const templates = isOpen ? templatesOf(manifest, sources) : []
  return {
    origins: [
      ...origins,
      ...(isOpen ? [...toPossible(lines, proof, mostPossible), ...templates.map(unproven)] : []),
    ],
    renders: proof.renders,
    notes: [
      ...new Set(
        notesFor({
          tool: spec.tool,
          targets,
          explained: proof.explained,
          namespace: spec.destination?.namespace,
          boundedAt: proof.bounded ? proof.renders : undefined,
          templates,
        }),
      ),
    ],
  }
}

/** A plain manifest is what it says: the value's own place in it is proof enough, without a trial. */
function declaredPlaces(
  { object, file, line }: Manifest,
  { sources, targets }: ProofRequest,
): Proof | undefined {
  const text = sources.files.find(({ path }) => path === file)
  if (sources.tool !== 'plain' || text === undefined) return undefined
  const places = placesIn(text)
  const found = targets.map((target) => {
    const steps = stepsTo(object, target.path) ?? []
    const own = places.filter(({ path, value }) => value === target.value && endsWith(path, steps))
    const before = (offset: number) => 1 + (text.text.slice(0, offset).match(/\n/g)?.length ?? 0)
    // Of several documents in the file, the first at or behind the line where the object begins.
    return own.find(({ from }) => before(from) >= (line ?? 1))
  })
  if (found.some((place) => place === undefined)) return undefined
  return {
    proven: found.flatMap((place, index) =>
      place === undefined
        ? []
        : [{ place, role: 'manifest', share: 'whole', secret: targets[index]?.secret ?? false } as const],
    ),
    refused: [],
    layers: { patches: new Set(), generators: new Set(), secrets: new Set() },
    renders: 0,
    bounded: false,
    explained: new Set(targets.map(({ path }) => path)),
  }
}

/** Objects of a List stand deeper. */
function endsWith(path: readonly (string | number)[], steps: readonly (string | number)[]): boolean {
  const inList = path[0] === 'items' && typeof path[1] === 'number' ? path.slice(2) : path
  return inList.length === steps.length && inList.every((step, index) => step === steps[index])
}

/** Of several values as a reader of the files would come by them. */
function byPlace(a: Origin, b: Origin): number {
  return a.file === b.file ? (a.line ?? 0) - (b.line ?? 0) : a.file < b.file ? -1 : 1
}

function templatesOf({ key }: Manifest, { tool, files }: Sources): readonly string[] {
  if (tool !== 'helm') return []
  const declares = new RegExp(`^kind: *${key.kind} *$`, 'm')
  return files
    .filter(({ path, text }) => /(^|\/)templates\//.test(path) && declares.test(text))
    .map(({ path }) => path)
}

function unproven(file: string): Origin {
  return {
    role: 'template',
    certainty: 'possible',
    file,
    text: '',
    why: 'It declares such an object; no line of it could be proved.',
  }
}

async function textsOf(source: TreeSource, { inputs }: Rendered): Promise<readonly SourceFile[]> {
  const texts = await Promise.all(
    inputs.map(async ({ path }) => {
      const bytes = await source.read(path)
      const text = bytes === undefined ? undefined : decodeText(bytes)
      return text === undefined ? undefined : { path, text }
    }),
  )
  return texts.filter((one) => one !== undefined)
}
