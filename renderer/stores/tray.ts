import { createStore } from 'zustand/vanilla'
import type { StoreApi } from 'zustand/vanilla'
import type { DraftAction, ResourceKey } from '#contract'
import { keyText } from './key-text.ts'

/** A number that was changed on screen and is not a commit yet. */
export type TrayEdit = { readonly key: ResourceKey; readonly from: number; readonly to: number }
/** Edits by app id, then by key. */
export type Tray = ReadonlyMap<string, ReadonlyMap<string, TrayEdit>>

/** Puts an edit in; one that asks for what Git has already is taken out. */
export function withEdit(tray: Tray, appId: string, edit: TrayEdit): Tray {
  const edits = new Map(tray.get(appId) ?? [])
  if (edit.to === edit.from) edits.delete(keyText(edit.key))
  else edits.set(keyText(edit.key), edit)
  return withEdits(tray, appId, edits)
}

/** Takes out what Git has meanwhile. */
export function withoutDone(tray: Tray, appId: string, desired: ReadonlyMap<string, number>): Tray {
  const old = tray.get(appId)
  if (old === undefined) return tray
  const edits = new Map([...old].filter(([key, edit]) => desired.get(key) !== edit.to))
  return edits.size === old.size ? tray : withEdits(tray, appId, edits)
}

function withEdits(tray: Tray, appId: string, edits: ReadonlyMap<string, TrayEdit>): Tray {
  const next = new Map(tray)
  if (edits.size === 0) next.delete(appId)
  else next.set(appId, edits)
  return next
}

/** The tray as one draft. */
export function toScaleAction(edits: ReadonlyMap<string, TrayEdit>): DraftAction {
  return { kind: 'scale', edits: [...edits.values()].map(({ key, to }) => ({ key, replicas: to })) }
}

export type TrayStore = {
  readonly store: StoreApi<{ readonly tray: Tray }>
  readonly set: (appId: string, edit: TrayEdit) => void
  readonly clear: (appId: string) => void
  readonly settle: (appId: string, desired: ReadonlyMap<string, number>) => void
}

export function createTrayStore(): TrayStore {
  const store = createStore<{ readonly tray: Tray }>(() => ({ tray: new Map() }))
  const change = (by: (tray: Tray) => Tray) => store.setState(({ tray }) => ({ tray: by(tray) }))
  return {
    store,
    set: (appId, edit) => change((tray) => withEdit(tray, appId, edit)),
    clear: (appId) => change((tray) => withEdits(tray, appId, new Map())),
    settle: (appId, desired) => change((tray) => withoutDone(tray, appId, desired)),
  }
}
