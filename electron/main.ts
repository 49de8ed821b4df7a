import { join } from 'node:path'
import { app, BrowserWindow, dialog, Menu } from 'electron'
import { startEngine } from './engine-process.ts'
import type { EngineProcess } from './engine-process.ts'
import { menuTemplate } from './menu.ts'
import { startRouter } from './router.ts'
import { registerScheme, serveScheme } from './scheme.ts'
import { lockDown } from './security.ts'
import { openWindow } from './window.ts'

/** npm start waits for this line: before it, an exit means that Electron did not come up. */
const shownLine = 'wheelhouse: window shown\n'
const here = import.meta.dirname
let engine: EngineProcess | undefined

if (app.requestSingleInstanceLock()) {
  registerScheme()
  app.on('second-instance', () => {
    const [window] = BrowserWindow.getAllWindows()
    if (window?.isMinimized() === true) window.restore()
    window?.focus()
  })
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit()
  })
  app.on('will-quit', () => engine?.stop())
  // Never a top-level await here: `ready` comes only after this module has finished.
  void app.whenReady().then(start)
} else {
  app.quit()
}

function start(): void {
  const development = !app.isPackaged
  lockDown()
  serveScheme(join(here, '../renderer'))
  Menu.setApplicationMenu(
    Menu.buildFromTemplate([...menuTemplate({ platform: process.platform, development })]),
  )
  const running = startEngine({
    entry: join(here, '../engine/engine.js'),
    args: [
      `--version=${app.getVersion()}`,
      `--data=${app.getPath('userData')}`,
      `--resources=${app.isPackaged ? process.resourcesPath : join(here, '../..')}`,
      ...demoFlag(),
    ],
    // Only Linux copies the whole process to start another.
    starter: process.platform === 'linux' ? join(here, '../engine/starter.js') : undefined,
    onMessage: answerEngine,
  })
  engine = running
  startRouter(running.connect)
  const open = () => {
    const window = openWindow({ preload: join(here, 'preload.cjs'), development })
    window.once('show', () => process.stdout.write(shownLine))
  }
  open()
  app.on('activate', () => {
    if (BrowserWindow.getAllWindows().length === 0) open()
  })
}

function demoFlag(): readonly string[] {
  return process.argv.includes('--demo') ? ['--demo'] : []
}

/** The engine asks for what only this process has: the system's folder dialog. */
function answerEngine(message: unknown, answer: (message: unknown) => void): void {
  if (
    typeof message !== 'object' ||
    message === null ||
    !('type' in message) ||
    message.type !== 'pick-folder' ||
    !('id' in message)
  )
    return
  void dialog
    .showOpenDialog({ properties: ['openDirectory'] })
    .then(({ filePaths }) => answer({ type: 'picked', id: message.id, path: filePaths[0] }))
}
