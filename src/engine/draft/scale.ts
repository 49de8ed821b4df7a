import type { AppSpec, EditPlace, Oid, ResourceKey } from '#contract'
import { AppError } from '#contract'
import {
  applyCandidate,
  autoscalerOf,
  chooseCandidate,
  displayKey,
  keyString,
  numberAt,
  proveOnlyReplicas,
  replicaCandidates,
} from '#core'
import type { Manifest, ReplicaCandidate, Trial } from '#core'
import type { AppRenderer, Rendered } from '../app-render.ts'
import { decodeText } from '../git/index.ts'
import type { DraftRoom, TreeSource } from '../git/index.ts'

export type ScaleRequest = {
  readonly spec: AppSpec
  readonly edits: readonly { readonly key: ResourceKey; readonly replicas: number }[]
  readonly room: DraftRoom
  readonly base: Oid
  readonly source: TreeSource
}
export type ScaleResult = {
  readonly tree: Oid
  readonly edits: readonly EditPlace[]
  readonly touched: readonly string[]
}

/**
 * Changes replica counts at their true source, byte-minimal. Every edit proves itself: rendered again, only that workload's `spec.replicas`
 * differs; a place for which that does not hold is none. `EDIT_NO_SOURCE`, `EDIT_AMBIGUOUS`, `EDIT_NOTHING`, `AUTOSCALER_OWNS`.
 */
export async function editReplicas(render: AppRenderer, request: ScaleRequest): Promise<ScaleResult> {
  const files = new Map<string, string>()
  const edits: EditPlace[] = []
  let source = request.source
  let tree = request.source.id
  for (const edit of request.edits) {
    const before = await render(request.spec, source)
    const place = await editOne(render, { ...request, source, files }, before, edit)
    edits.push(place.edit)
    files.set(place.edit.source.file, place.text)
    tree = await treeWith(request, files)
    source = request.room.tree(tree)
  }
  return { tree, edits, touched: [...files.keys()] }
}

type Placed = { readonly text: string; readonly edit: EditPlace }
type Working = ScaleRequest & { readonly files: ReadonlyMap<string, string> }

async function editOne(
  render: AppRenderer,
  request: Working,
  before: Rendered,
  edit: ScaleRequest['edits'][number],
): Promise<Placed> {
  const name = displayKey(edit.key)
  const current = currentCount(before.manifests, edit.key)
  if (current === edit.replicas) {
    throw new AppError('EDIT_NOTHING', { message: `${name} has ${current} replicas already.`, subject: name })
  }
  refuseAutoscaled(before.manifests, edit.key)
  const candidates = replicaCandidates({
    tool: request.spec.tool,
    appPath: request.spec.path,
    inputs: await textsOf(request.source, before),
    key: edit.key,
    current,
    ...(request.spec.helm === undefined ? {} : { helm: request.spec.helm }),
  })
  const trials: Trial[] = []
  for (const candidate of candidates) {
    if (candidate.refused === undefined)
      trials.push(await tryCandidate(render, request, { before, candidate, edit }))
  }
  const applied = applyCandidate(chooseCandidate(edit.key, candidates, trials), edit.replicas)
  return {
    text: applied.text,
    edit: {
      key: edit.key,
      source: { file: applied.path, line: applied.line },
      before: applied.before,
      after: applied.after,
      words: `${edit.key.name} ${current} -> ${edit.replicas}`,
    },
  }
}

function refuseAutoscaled(manifests: readonly Manifest[], key: ResourceKey): void {
  const scaler = autoscalerOf(manifests, key)
  if (scaler === undefined) return
  const name = displayKey(key)
  throw new AppError('AUTOSCALER_OWNS', {
    message: `${name}: ${scaler.kind}/${scaler.name} keeps the count between ${scaler.min} and ${scaler.max}.`,
    subject: name,
  })
}

/** Renders with the edit in place. A result that does not render changes more than the count. */
async function tryCandidate(
  render: AppRenderer,
  request: Working,
  tried: {
    readonly before: Rendered
    readonly candidate: ReplicaCandidate
    readonly edit: ScaleRequest['edits'][number]
  },
): Promise<Trial> {
  const { before, candidate, edit } = tried
  try {
    const applied = applyCandidate(candidate, edit.replicas)
    const tree = await treeWith(request, new Map([...request.files, [applied.path, applied.text]]))
    const after = await render(request.spec, request.room.tree(tree))
    return { candidate, proof: proveOnlyReplicas(before.manifests, after.manifests, edit.key, edit.replicas) }
  } catch (error) {
    if (!(error instanceof AppError) || error.code === 'CANCELLED') throw error
    return { candidate, proof: { ok: false, effect: 'other', why: error.message } }
  }
}

function treeWith(request: ScaleRequest, files: ReadonlyMap<string, string>): Promise<Oid> {
  return request.room.edit(
    request.base,
    [...files].map(([path, text]) => ({ path, bytes: Buffer.from(text) })),
  )
}

export function currentCount(manifests: readonly Manifest[], key: ResourceKey): number {
  const manifest = manifests.find((one) => keyString(one.key) === keyString(key))
  if (manifest === undefined)
    throw new AppError('NOT_FOUND', {
      message: `${displayKey(key)} is not among the app's manifests.`,
      subject: displayKey(key),
    })
  return numberAt(manifest.object, 'spec', 'replicas') ?? 1
}

async function textsOf(
  source: TreeSource,
  rendered: Rendered,
): Promise<readonly { readonly path: string; readonly text: string }[]> {
  const texts = await Promise.all(
    rendered.inputs.map(async ({ path }) => {
      const bytes = await source.read(path)
      const text = bytes === undefined ? undefined : decodeText(bytes)
      return text === undefined ? undefined : { path, text }
    }),
  )
  return texts.filter((one) => one !== undefined)
}
