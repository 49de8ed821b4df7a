import { MessageChannel } from 'node:worker_threads'
import { afterEach, describe } from 'vitest'
import { createPortPipe, eventData } from '../../src/host/index.ts'
import type { PortLike } from '../../src/host/index.ts'
import { protocolLaws } from '../contract/protocol-laws.ts'
import { connectToy, serveToy } from '../contract/toy.ts'

const opened: { close: () => void }[] = []
afterEach(() => {
  for (const one of opened.splice(0)) one.close()
})

describe('over a MessagePort of Node', () => {
  protocolLaws(async () => {
    const { port1, port2 } = new MessageChannel()
    const { state } = serveToy(createPortPipe(port2, { peer: 'window' }))
    const pipe = createPortPipe(port1, { peer: 'engine' })
    opened.push(pipe)
    return { client: connectToy(pipe), pipe, state }
  }, 10)
})

/** Electron's MessagePortMain wraps each message in an event. */
function asElectronPort(port: PortLike): PortLike {
  return {
    postMessage: (message) => port.postMessage(message),
    on: (event: 'message' | 'close', listener: (value: unknown) => void) =>
      event === 'close'
        ? port.on('close', () => listener(undefined))
        : port.on('message', (data) => listener({ data, ports: [] })),
    start: () => port.start?.(),
    close: () => port.close(),
  }
}

describe('over a port whose messages come in events', () => {
  protocolLaws(async () => {
    const { port1, port2 } = new MessageChannel()
    const { state } = serveToy(createPortPipe(asElectronPort(port2), { peer: 'window', frameOf: eventData }))
    const pipe = createPortPipe(asElectronPort(port1), { peer: 'engine', frameOf: eventData })
    opened.push(pipe)
    return { client: connectToy(pipe), pipe, state }
  }, 5)
})
