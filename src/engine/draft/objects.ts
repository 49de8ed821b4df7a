import type { ObjectName, Oid, Resolution } from '#contract'
import { AppError } from '#contract'
import { proveOnlyObjects, standsAsOnASide, takeObjects } from '#core'
import { decodeText } from '../git/index.ts'
import type { DraftRoom, Reversal, UndoResult } from '../git/index.ts'

type Changed = Awaited<ReturnType<DraftRoom['changed']>>[number]

const manifestFile = /\.(?:ya?ml|json)$/i

/**
 * Takes the chosen objects' changes back, newest first. Where an object's document stands as a side has it, the document is replaced; else the change,
 * cut down to the chosen documents, is taken back as any other is, with the same conflicts. `EDIT_NO_SOURCE` where no changed file declares one of
 * them with a difference; `EDIT_REFUSED`, `EDIT_AMBIGUOUS`, `EDIT_NOT_PROVEN`.
 */
export async function takeBackObjects(room: DraftRoom, work: Work): Promise<UndoResult> {
  const touched = new Set<string>()
  let tree = work.base
  // One after the other: the next finds what the one before left.
  for (const { from, to } of work.reversals) {
    const files = await readFiles(room, work, { from, to, head: tree })
    for (const { path } of files) touched.add(path)
    const plain = files.filter((file) => isPlain(file, work.objects))
    const merged = files.filter((file) => !plain.includes(file))
    if (merged.length > 0) {
      const cut = {
        from: await writeFiles(
          room,
          to,
          merged.map((file) => taken(file, file.to, work.objects)),
        ),
        to,
      }
      const result = await room.undo(tree, [cut], work.paths, work.resolutions)
      if (result.conflicts.length > 0) return { ...result, changed: [...touched] }
      tree = result.tree
    }
    tree = await writeFiles(
      room,
      tree,
      plain.map((file) => taken(file, file.head, work.objects)),
    )
  }
  if (touched.size === 0)
    throw new AppError('EDIT_NO_SOURCE', {
      message: `${work.objects.map(({ kind, name }) => `${kind}/${name}`).join(', ')}: no file that was changed declares it with a difference.`,
    })
  await proveObjects(room, work, tree, touched)
  return { tree, conflicts: [], changed: [...touched] }
}

type Work = {
  readonly base: Oid
  readonly reversals: readonly Reversal[]
  readonly paths: readonly string[]
  readonly objects: readonly ObjectName[]
  readonly resolutions: readonly Resolution[] | undefined
}

/** Nothing but the chosen objects differs in the files that were touched, but for what was written by hand; else `EDIT_NOT_PROVEN`. */
async function proveObjects(
  room: DraftRoom,
  { base, objects, resolutions = [] }: Work,
  tree: Oid,
  touched: ReadonlySet<string>,
): Promise<void> {
  const byHand = new Set(resolutions.map(({ path }) => path))
  const changed = await room.changed(base, tree)
  await Promise.all(
    changed
      .filter(({ path }) => touched.has(path) && !byHand.has(path))
      .map(async ({ path, from, to }) => {
        const [before, after] = await Promise.all([textOf(room, from), textOf(room, to)])
        proveOnlyObjects({ before, after }, path, objects)
      }),
  )
}

type Side = { readonly mode: string; readonly text: string | undefined }
type File = { readonly path: string; readonly from: Side; readonly to: Side; readonly head: Side }
type Edit = { readonly path: string; readonly mode: string; readonly bytes: Uint8Array | undefined }

const absent: Side = { mode: '000000', text: undefined }

/** The changed files that declare a chosen object with a difference, on all three sides. */
async function readFiles(
  room: DraftRoom,
  { paths, objects }: Work,
  at: { readonly from: Oid; readonly to: Oid; readonly head: Oid },
): Promise<readonly File[]> {
  const wanted = new Set(paths)
  const changed = (await room.changed(at.from, at.to)).filter(
    ({ path }) => wanted.has(path) && manifestFile.test(path),
  )
  const here = await room.entries(
    at.head,
    changed.map(({ path }) => path),
  )
  const read = async (entry: Changed['to']) => ({ mode: entry.mode, text: await textOf(room, entry) })
  const files = await Promise.all(
    changed.map(async ({ path, from, to }): Promise<File> => {
      const head = here.find((entry) => entry.path === path)
      const sides = await Promise.all([read(from), read(to), head === undefined ? absent : read(head)])
      return { path, from: sides[0], to: sides[1], head: sides[2] }
    }),
  )
  return files.filter(
    ({ path, from, to }) =>
      objects.some(({ name }) => `${from.text}${to.text}`.includes(name)) &&
      takeObjects({ from: from.text, to: to.text }, path, objects) !== to.text,
  )
}

function isPlain({ path, from, to, head }: File, objects: readonly ObjectName[]): boolean {
  return standsAsOnASide({ from: from.text, to: to.text, head: head.text }, path, objects)
}

/** A side of the file with the chosen objects as they were before the change. */
function taken({ path, from }: File, side: Side, objects: readonly ObjectName[]): Edit {
  const text = takeObjects({ from: from.text, to: side.text }, path, objects)
  const mode = side.mode === absent.mode ? from.mode : side.mode
  return { path, mode, bytes: text === undefined ? undefined : Buffer.from(text) }
}

async function writeFiles(room: DraftRoom, base: Oid, edits: readonly Edit[]): Promise<Oid> {
  if (edits.length === 0) return base
  const kept = edits.flatMap(({ path, mode, bytes }) => (bytes === undefined ? [] : [{ path, mode, bytes }]))
  const gone = edits.filter(({ bytes }) => bytes === undefined)
  const tree = await room.edit(base, kept)
  return room.write(
    tree,
    gone.map(({ path }) => ({ path, mode: '000000', oid: '0'.repeat(base.length) })),
  )
}

/** Undefined = not there. What is no file of text declares nothing. */
async function textOf(room: DraftRoom, { mode, oid }: Changed['to']): Promise<string | undefined> {
  if (mode === '000000') return undefined
  return mode.startsWith('100') ? (decodeText(await room.blob(oid)) ?? '') : ''
}
