import { join } from 'node:path'
import { app, BrowserWindow, screen } from 'electron'
import { appOrigin } from './policy.ts'
import { readWindowState, visibleBounds, writeWindowState } from './window-state.ts'

/** Opens the one window: sandboxed, isolated, without Node; shown when its first frame is drawn. */
export function openWindow(options: {
  readonly preload: string
  readonly development: boolean
}): BrowserWindow {
  const file = join(app.getPath('userData'), 'window.json')
  const state = readWindowState(file)
  const bounds = visibleBounds(
    state.bounds,
    screen.getAllDisplays().map(({ workArea }) => workArea),
  )
  const window = new BrowserWindow({
    width: 1280,
    height: 800,
    ...bounds,
    minWidth: 800,
    minHeight: 560,
    show: false,
    title: 'Wheelhouse',
    backgroundColor: '#16181d',
    webPreferences: {
      preload: options.preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      spellcheck: false,
      devTools: options.development,
    },
  })
  if (state.maximized) window.maximize()
  window.once('ready-to-show', () => window.show())
  window.on('close', () => {
    const place = { bounds: window.getNormalBounds(), maximized: window.isMaximized() }
    // Losing the place of a window is no reason to hold its closing.
    void writeWindowState(file, place).catch(() => undefined)
  })
  void window.loadURL(`${appOrigin}/`)
  return window
}
