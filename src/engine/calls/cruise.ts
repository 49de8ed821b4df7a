import type { App } from '#contract'

type Held = { readonly spec: string; readonly release: Promise<(() => void) | undefined> }

export type CruisePorts = {
  readonly apps: () => readonly App[]
  readonly onChange: (listener: () => void) => () => void
  readonly hold: (app: App) => Promise<{ readonly release: () => void }>
}

/**
 * Cruise control "report": such apps are followed while the engine runs, also when no window shows them, so that a new commit or a drift is
 * known at once and the list opens with the truth. Nothing is written.
 */
export function followReported(ports: CruisePorts): () => void {
  const held = new Map<string, Held>()
  const drop = (appId: string) => {
    void held.get(appId)?.release.then((release) => release?.())
    held.delete(appId)
  }
  const follow = () => {
    const wanted = new Map(
      ports
        .apps()
        .filter(({ spec }) => spec.cruise === 'report')
        .map((app) => [app.id, app]),
    )
    for (const [appId, { spec }] of held) {
      const app = wanted.get(appId)
      if (app === undefined || JSON.stringify(app.spec) !== spec) drop(appId)
    }
    for (const app of wanted.values()) {
      if (held.has(app.id)) continue
      // An app that cannot be opened says so in its row; here there is nobody to tell.
      const release = ports.hold(app).then(
        (live) => live.release,
        () => undefined,
      )
      held.set(app.id, { spec: JSON.stringify(app.spec), release })
    }
  }
  const stop = ports.onChange(follow)
  follow()
  return () => {
    stop()
    for (const appId of held.keys()) drop(appId)
  }
}
