import type { Conflict } from '#contract'
import { redactYaml } from '#core'
import { decodeText, whyNotByHand } from '../git/index.ts'
import type { DraftRoom, FoundConflict } from '../git/index.ts'

type Text = { readonly shown: string; readonly whole: boolean } | undefined

/** A conflict as it may be shown. Where a value is masked on any side, whole sides can be taken and nothing can be written. */
export async function shownConflict(room: DraftRoom, found: FoundConflict): Promise<Conflict> {
  const { path, why, token, hunk, sides } = found
  const [ours, base, theirs] = await Promise.all(
    [sides.ours, sides.base, sides.theirs].map((side) => textOf(room, side)),
  )
  const texts = [ours, base, theirs].filter((text) => text !== undefined)
  const editable = texts.length > 0 && texts.every(({ whole }) => whole)
  const merged = editable ? (named(hunk) ?? ours?.shown ?? theirs?.shown) : undefined
  return {
    path,
    why,
    token,
    editable,
    ...(ours === undefined ? {} : { ours: ours.shown }),
    ...(base === undefined ? {} : { base: base.shown }),
    ...(theirs === undefined ? {} : { theirs: theirs.shown }),
    ...(merged === undefined ? {} : { merged }),
  }
}

/** Git names the sides by commits of the merge's scaffolding, or by its files. */
function named(hunk: string | undefined): string | undefined {
  return hunk?.replace(/^<{7} .*$/gm, '<<<<<<< now').replace(/^>{7} .*$/gm, '>>>>>>> undone')
}

async function textOf(room: DraftRoom, { mode, oid }: FoundConflict['sides']['ours']): Promise<Text> {
  if (mode === '000000') return undefined
  if (!mode.startsWith('100')) return { shown: `(no file: mode ${mode})`, whole: false }
  const bytes = await room.blob(oid)
  const text = decodeText(bytes)
  if (text === undefined) return { shown: `(${bytes.length} bytes that are no text)`, whole: false }
  return { shown: redactYaml(text), whole: whyNotByHand(mode, bytes) === undefined }
}
