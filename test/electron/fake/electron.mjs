// A fake of Electron's main process, small and about wiring alone: windows are pages of a real Chromium, the custom scheme is answered by
// its real handler, the utility process is a worker. It encodes our belief about Electron; a pass says that the wiring is right.
import { EventEmitter } from 'node:events'
import { readFileSync } from 'node:fs'
import { MessageChannel, Worker } from 'node:worker_threads'
import { chromium } from '@playwright/test'

const trace = (what, detail) => process.send?.({ trace: what, detail })
const state = { handlers: new Map(), permission: undefined, check: undefined, windows: [] }
const browser = chromium.launch(
  process.env.WHEELHOUSE_CHROMIUM ? { executablePath: process.env.WHEELHOUSE_CHROMIUM } : {},
)

class App extends EventEmitter {
  isPackaged = false
  name = 'Wheelhouse'
  requestSingleInstanceLock() {
    trace('lock')
    return process.env.FAKE_SECOND_INSTANCE !== '1'
  }
  whenReady() {
    // Electron is ready only after the entry has finished: a top-level await on it would hang.
    return new Promise((resolve) => setImmediate(resolve))
  }
  getPath() {
    return process.env.FAKE_USER_DATA
  }
  getVersion() {
    return '0.1.0'
  }
  quit() {
    this.emit('will-quit', {})
    trace('quit')
    void browser.then((one) => one.close()).then(() => process.exit(0))
  }
}
export const app = new App()

class Contents extends EventEmitter {
  constructor(page) {
    super()
    this.page = page
  }
  isDestroyed() {
    return this.page.isClosed()
  }
  setWindowOpenHandler(handler) {
    this.openHandler = handler
  }
  send(channel, ...values) {
    void this.page
      .evaluate(([name, args]) => window.__receive(name, args), [channel, values])
      .catch(() => undefined)
  }
}

export class BrowserWindow extends EventEmitter {
  static getAllWindows() {
    return state.windows
  }
  constructor(options) {
    super()
    this.options = options
    trace('window', options.webPreferences)
    state.windows.push(this)
  }
  async loadURL(url) {
    const context = await (
      await browser
    ).newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' })
    const page = await context.newPage()
    const contents = new Contents(page)
    app.emit('web-contents-created', {}, contents)
    await context.route('**', (route) => answer(route))
    await page.exposeFunction('__send', (channel, frame) => {
      const event = { sender: contents, senderFrame: { url: toApp(page.url()), parent: null } }
      ipcMain.emit(channel, event, frame)
    })
    const preload = readFileSync(this.options.webPreferences.preload, 'utf8')
    await page.addInitScript(`(${inPage.toString()})(${JSON.stringify(preload)})`)
    let document = ''
    page.on('framenavigated', (frame) => {
      const [next] = frame.url().split('#')
      contents.emit('did-start-navigation', {
        isMainFrame: frame === page.mainFrame(),
        isSameDocument: next === document,
      })
      document = next
    })
    page.on('popup', (popup) => {
      trace('popup', popup.url())
    })
    await page.goto(toHttp(url))
    process.on('message', (message) => void drive(page, contents, message))
    this.emit('ready-to-show')
    trace('loaded', await page.title())
  }
  show() {
    this.emit('show')
  }
  maximize() {}
  isMinimized() {
    return false
  }
  focus() {
    trace('focus')
  }
  restore() {}
  getNormalBounds() {
    return { x: 0, y: 0, width: 1280, height: 800 }
  }
  isMaximized() {
    return false
  }
}

/** What the test asks for in the page. */
async function drive(page, contents, { id, action, argument }) {
  const answers = {
    text: () => page.locator('body').innerText(),
    click: () => page.getByText(argument, { exact: true }).first().click(),
    waitFor: () => page.getByText(argument, { exact: true }).first().waitFor({ timeout: 60_000 }),
    evaluate: () => page.evaluate(argument),
    permission: () => new Promise((resolve) => state.permission(contents, argument, resolve)),
    check: () => state.check(contents, argument),
    open: () => contents.openHandler({ url: argument }),
    navigate: () => {
      let stayed = false
      contents.emit('will-navigate', { url: argument, preventDefault: () => (stayed = true) })
      return stayed
    },
    foreignFrame: () =>
      new Promise((resolve) => {
        const sender = Object.assign(Object.create(contents), { send: (_channel, frame) => resolve(frame) })
        ipcMain.emit(
          'wheelhouse:frames',
          { sender, senderFrame: { url: argument, parent: null } },
          { type: 'call', id: 7, name: 'about.get', input: {} },
        )
      }),
    crash: () => workers.get(argument).terminate(),
    quit: () => app.quit(),
  }
  try {
    process.send({ id, result: await answers[action]() })
  } catch (error) {
    process.send({ id, failure: String(error) })
  }
}

/** Runs in the page before its scripts: the preload with a `require` that knows electron alone. */
function inPage(preload) {
  const listeners = new Map()
  window.__receive = (channel, args) =>
    (listeners.get(channel) ?? []).forEach((listener) => listener({}, ...args))
  const electron = {
    contextBridge: { exposeInMainWorld: (name, value) => (window[name] = value) },
    ipcRenderer: {
      send: (channel, frame) => void window.__send(channel, frame),
      on: (channel, listener) => listeners.set(channel, [...(listeners.get(channel) ?? []), listener]),
    },
  }
  const require = (name) => {
    if (name !== 'electron') throw new Error(`A sandboxed preload may not require ${name}`)
    return electron
  }
  // oxlint-disable-next-line typescript/no-implied-eval -- CommonJS is run as a preload runs: with its own require
  new Function('require', 'module', 'exports', preload)(require, { exports: {} }, {})
}

async function answer(route) {
  const request = new Request(toApp(route.request().url()), { method: route.request().method() })
  const response = await state.handlers.get('app')(request)
  await route.fulfill({
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body: Buffer.from(await response.arrayBuffer()),
  })
}

const toHttp = (url) => url.replace('app://wheelhouse', 'http://wheelhouse.test')
const toApp = (url) => url.replace('http://wheelhouse.test', 'app://wheelhouse')

export const ipcMain = new EventEmitter()
export const protocol = {
  registerSchemesAsPrivileged: (schemes) => trace('schemes', schemes),
  handle: (scheme, handler) => state.handlers.set(scheme, handler),
}
export const session = {
  defaultSession: Object.assign(new EventEmitter(), {
    setPermissionRequestHandler: (handler) => (state.permission = handler),
    setPermissionCheckHandler: (handler) => (state.check = handler),
  }),
}
export const shell = { openExternal: (url) => (trace('external', url), Promise.resolve()) }
export const screen = { getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }] }
export const dialog = { showOpenDialog: () => Promise.resolve({ filePaths: ['/picked/folder'] }) }
export const Menu = { setApplicationMenu: () => trace('menu'), buildFromTemplate: (template) => template }

/** Node's ports with Electron's events: a message comes as `{ data }`. */
function wrap(port) {
  const wrapped = Object.assign(new EventEmitter(), {
    postMessage: (message) => port.postMessage(message),
    start: () => port.on('message', (data) => wrapped.emit('message', { data })),
    close: () => port.close(),
    raw: port,
  })
  port.on('close', () => wrapped.emit('close'))
  return wrapped
}

const workers = new Map()
export class MessageChannelMain {
  constructor() {
    const { port1, port2 } = new MessageChannel()
    this.port1 = { raw: port1 }
    this.port2 = wrap(port2)
  }
}

export const utilityProcess = {
  fork: (entry, args, options) => {
    const name = options.serviceName.replace('Wheelhouse ', '')
    trace(name, entry)
    const child = new EventEmitter()
    const worker = new Worker(new URL('engine-host.mjs', import.meta.url), {
      argv: args,
      workerData: { entry },
    })
    workers.set(name, worker)
    worker.on('message', (message) => {
      if (message !== 'spawned') return child.emit('message', message)
      child.emit('spawn')
      trace(`${name} up`)
    })
    worker.on('exit', (code) => child.emit('exit', code))
    child.postMessage = (data, ports = []) =>
      worker.postMessage(
        { data, ports: ports.map(({ raw }) => raw) },
        ports.map(({ raw }) => raw),
      )
    child.kill = () => void worker.terminate()
    return child
  },
}
