import { contextBridge, ipcRenderer } from 'electron'

const frames = 'wheelhouse:frames'
const closed = 'wheelhouse:closed'

/** All that a page gets of Electron: a pipe. */
contextBridge.exposeInMainWorld('wheelhouse', {
  send: (frame: unknown) => ipcRenderer.send(frames, frame),
  onFrame: (listener: (frame: unknown) => void) =>
    void ipcRenderer.on(frames, (_event, frame: unknown) => listener(frame)),
  onClose: (listener: () => void) => void ipcRenderer.on(closed, () => listener()),
})
