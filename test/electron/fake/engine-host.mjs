// The inside of the fake utility process: gives the built engine the `process.parentPort` that Electron gives it.
import { EventEmitter } from 'node:events'
import { parentPort, workerData } from 'node:worker_threads'

const port = new EventEmitter()
port.postMessage = (message) => parentPort.postMessage(message)
parentPort.on('message', ({ data, ports }) => port.emit('message', { data, ports: ports.map(toElectron) }))
process.parentPort = port
await import(workerData.entry)
parentPort.postMessage('spawned')

function toElectron(raw) {
  const wrapped = new EventEmitter()
  wrapped.postMessage = (message) => raw.postMessage(message)
  wrapped.start = () => raw.on('message', (data) => wrapped.emit('message', { data }))
  wrapped.close = () => raw.close()
  raw.on('close', () => wrapped.emit('close'))
  return wrapped
}
