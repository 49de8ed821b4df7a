import type { App, AppRow } from '#contract'
import { AppError } from '#contract'
import type { LiveApp } from '../apps/live-app.ts'
import { initialRow } from '../apps/row.ts'
import type { Parts } from './ports.ts'

type Held = {
  readonly spec: string
  live?: LiveApp
  release?: () => void
  stop?: () => void
  problem?: AppRow['problem']
  over: boolean
}

/** Rows of all apps of the workspace, each followed; apps come and go with the workspace. */
export function watchAllApps(parts: Parts): {
  readonly rows: () => readonly AppRow[]
  readonly onChange: (listener: () => void) => () => void
  readonly close: () => void
} {
  const { store } = parts.workspace
  const listeners = new Set<() => void>()
  const held = new Map<string, Held>()
  const tell = () => {
    for (const listener of listeners) listener()
  }
  const take = (app: App) => {
    const entry: Held = { spec: JSON.stringify(app.spec), over: false }
    held.set(app.id, entry)
    parts.live.hold(app).then(
      ({ live, release }) => {
        if (entry.over) return release()
        entry.live = live
        entry.release = release
        entry.stop = live.onChange(tell)
        tell()
      },
      (error: unknown) => {
        entry.problem =
          error instanceof AppError
            ? { code: error.code, message: error.message }
            : { code: 'INTERNAL', message: 'The app could not be opened.' }
        tell()
      },
    )
  }
  const drop = (appId: string) => {
    const entry = held.get(appId)
    held.delete(appId)
    if (entry === undefined) return
    entry.over = true
    entry.stop?.()
    entry.release?.()
  }
  const follow = () => {
    const { apps } = store.state()
    for (const app of apps) {
      const known = held.get(app.id)
      if (known?.spec === JSON.stringify(app.spec)) continue
      drop(app.id)
      take(app)
    }
    for (const appId of held.keys()) if (!apps.some(({ id }) => id === appId)) drop(appId)
    tell()
  }
  const stop = store.onChange(follow)
  follow()
  const nameOf = (app: App) => store.state().clones.find(({ id }) => id === app.spec.cloneId)?.name ?? ''
  return {
    rows: () =>
      store.state().apps.map((app) => {
        const entry = held.get(app.id)
        if (entry?.live !== undefined) return entry.live.row()
        const row = initialRow(app, nameOf(app))
        return entry?.problem === undefined
          ? row
          : {
              ...row,
              problem: entry.problem,
              health: { status: 'Unknown', cause: { message: entry.problem.message } },
            }
      }),
    onChange: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close: () => {
      stop()
      for (const appId of held.keys()) drop(appId)
    },
  }
}
