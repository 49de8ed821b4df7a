import { serveStarter } from './starter-service.ts'

// The starter's process: forked by an engine under Node, or by Electron's main process, which hands it the engine's port.

/** As Electron gives them: the message is wrapped in an event. */
type Port = {
  readonly postMessage: (message: unknown) => void
  readonly on: ((event: 'message', listener: (event: { readonly data: unknown }) => void) => unknown) &
    ((event: 'close', listener: () => void) => unknown)
  readonly start: () => void
  readonly close: () => void
}
type ParentPort = {
  readonly on: (event: 'message', listener: (event: { readonly ports: readonly Port[] }) => void) => unknown
}

const { parentPort } = process as { readonly parentPort?: ParentPort }
if (parentPort === undefined) serveParent()
else parentPort.on('message', ({ ports: [port] }) => port !== undefined && servePort(port))

function serveParent(): void {
  // Nobody is left to hear: what still runs reads, or writes where it is only found when it is whole.
  process.on('disconnect', () => process.exit())
  serveStarter({
    send: (message) => void (process.connected && process.send?.(message)),
    onMessage: (listener) => process.on('message', listener),
    onClose: () => undefined,
    close: () => process.disconnect(),
  })
}

function servePort(port: Port): void {
  serveStarter({
    send: (message) => port.postMessage(message),
    onMessage: (listener) => {
      port.on('message', ({ data }) => listener(data))
      port.start()
    },
    onClose: (listener) => port.on('close', listener),
    close: () => port.close(),
  })
}
