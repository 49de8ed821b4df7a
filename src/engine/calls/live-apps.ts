import { AppError } from '#contract'
import type { App } from '#contract'
import { openLiveApp } from '../apps/live-app.ts'
import type { LiveApp, LiveAppPorts } from '../apps/live-app.ts'

export type LiveApps = {
  /** The app as it is followed; kept open while anybody holds it, and for a while after, so that going back and forth costs nothing. */
  readonly hold: (app: App) => Promise<{ readonly live: LiveApp; readonly release: () => void }>
  /** The app if it is open now. */
  readonly peek: (appId: string) => LiveApp | undefined
  readonly drop: (appId: string) => void
  readonly close: () => void
}

type Entry = {
  readonly spec: string
  readonly live: Promise<LiveApp>
  opened?: LiveApp
  holders: number
  timer?: NodeJS.Timeout
}

const lingerMs = 15_000

export function createLiveApps(portsOf: (app: App) => Promise<LiveAppPorts>): LiveApps {
  const entries = new Map<string, Entry>()
  let closed = false
  const drop = (appId: string) => {
    const entry = entries.get(appId)
    entries.delete(appId)
    clearTimeout(entry?.timer)
    void entry?.live.then(
      (live) => live.close(),
      () => undefined,
    )
  }
  const open = (app: App): Entry => {
    const entry: Entry = {
      spec: JSON.stringify(app.spec),
      live: portsOf(app).then((ports) => openLiveApp(ports, app)),
      holders: 0,
    }
    entries.set(app.id, entry)
    entry.live.then(
      (live) => (entry.opened = live),
      () => entries.get(app.id) === entry && entries.delete(app.id),
    )
    return entry
  }
  return {
    drop,
    peek: (appId) => entries.get(appId)?.opened,
    hold: async (app) => {
      if (closed) throw new AppError('CANCELLED', { message: `${app.spec.name}: the engine is closing.` })
      const known = entries.get(app.id)
      if (known !== undefined && known.spec !== JSON.stringify(app.spec)) drop(app.id)
      const entry = entries.get(app.id) ?? open(app)
      entry.holders += 1
      clearTimeout(entry.timer)
      let held = true
      const release = () => {
        if (!held) return
        held = false
        entry.holders -= 1
        if (entry.holders > 0) return
        entry.timer = setTimeout(() => entries.get(app.id) === entry && drop(app.id), lingerMs)
        entry.timer.unref()
      }
      try {
        return { live: await entry.live, release }
      } catch (error) {
        release()
        throw error
      }
    },
    close: () => {
      closed = true
      for (const appId of entries.keys()) drop(appId)
    },
  }
}
