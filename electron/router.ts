import { ipcMain } from 'electron'
import type { IpcMainEvent, MessagePortMain, WebContents } from 'electron'
import { isOwnPage } from './policy.ts'

/** The one channel between a page and this process; its frames are those of src/contract/pipe.ts, passed on unread. */
const frames = 'wheelhouse:frames'
const closed = 'wheelhouse:closed'

/**
 * Passes frames between each page and a connection of its own to the engine. A page that reloads or goes away closes its connection, which
 * aborts all of its calls; so does the engine's end, which the page is told.
 */
export function startRouter(connect: () => MessagePortMain | undefined): void {
  const ports = new Map<WebContents, MessagePortMain>()
  const drop = (contents: WebContents) => {
    const port = ports.get(contents)
    ports.delete(contents)
    port?.close()
  }
  const attach = (contents: WebContents): MessagePortMain | undefined => {
    const port = connect()
    if (port === undefined) return undefined
    ports.set(contents, port)
    port.on('message', ({ data }) => {
      if (!contents.isDestroyed()) contents.send(frames, data)
    })
    port.on('close', () => {
      if (ports.get(contents) !== port) return
      ports.delete(contents)
      if (!contents.isDestroyed()) contents.send(closed)
    })
    port.start()
    return port
  }
  const watched = new WeakSet<WebContents>()
  const watch = (contents: WebContents) => {
    if (watched.has(contents)) return
    watched.add(contents)
    contents.on('did-start-navigation', (details) => {
      if (details.isMainFrame && !details.isSameDocument) drop(contents)
    })
    contents.once('destroyed', () => drop(contents))
  }
  ipcMain.on(frames, (event: IpcMainEvent, frame: unknown) => {
    const contents = event.sender
    if (
      event.senderFrame === null ||
      event.senderFrame.parent !== null ||
      !isOwnPage(event.senderFrame.url)
    ) {
      refuse(event, frame)
      return
    }
    watch(contents)
    const port = ports.get(contents) ?? attach(contents)
    if (port === undefined) contents.send(closed)
    else port.postMessage(frame)
  })
}

/** A sender that is no page of ours gets a Failure, as every bad call does. */
function refuse(event: IpcMainEvent, frame: unknown): void {
  const id = typeof frame === 'object' && frame !== null && 'id' in frame ? frame.id : undefined
  const failure = { code: 'BAD_REQUEST', message: 'This page may not call the engine.', retryable: false }
  event.sender.send(frames, { type: 'err', id, failure })
}
