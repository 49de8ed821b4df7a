import { describe, expect, it } from 'vitest'
import { retryDelayMs } from '../../../renderer/transport/link.ts'
import { splitFragment, takeToken } from '../../../renderer/transport/token.ts'
import { createWebSocketPipe } from '../../../renderer/transport/web-socket-pipe.ts'
import type { SocketLike } from '../../../renderer/transport/web-socket-pipe.ts'

type FakeSocket = { -readonly [K in keyof SocketLike]: SocketLike[K] } & { readonly sent: string[] }

function fakeSocket(): FakeSocket {
  const sent: string[] = []
  return {
    onopen: null,
    onclose: null,
    onmessage: null,
    readyState: 0,
    sent,
    send: (text) => void sent.push(text),
    close: () => undefined,
  }
}

function setUp() {
  const sockets: FakeSocket[] = []
  const timers: { readonly run: () => void; readonly ms: number }[] = []
  const pipe = createWebSocketPipe({
    open: () => {
      const socket = fakeSocket()
      sockets.push(socket)
      return socket
    },
    schedule: (run, ms) => {
      timers.push({ run, ms })
      return () => undefined
    },
    now: () => 1000,
  })
  const open = (socket: FakeSocket | undefined) => {
    if (socket === undefined) throw new Error('no socket')
    socket.readyState = 1
    socket.onopen?.()
    return socket
  }
  return { pipe, sockets, timers, open }
}

describe('the pipe over a WebSocket', () => {
  it('opens itself again, each time a little later, and says so', () => {
    const { pipe, sockets, timers, open } = setUp()
    const closed: string[] = []
    pipe.onClose(() => void closed.push('closed'))
    open(sockets[0])
    expect(pipe.state()).toEqual({ status: 'open' })
    sockets[0]?.onclose?.({ code: 1006 })
    expect(pipe.state()).toEqual({ status: 'closed', retryAt: 1500 })
    timers[0]?.run()
    sockets[1]?.onclose?.({ code: 1006 })
    expect(timers.map(({ ms }) => ms)).toEqual([500, 1000])
    expect(closed).toHaveLength(2)
    timers[1]?.run()
    open(sockets[2])
    sockets[2]?.onclose?.({ code: 1006 })
    expect(timers.at(-1)?.ms).toBe(500)
  })

  it('refuses to send while it is closed', () => {
    const { pipe } = setUp()
    expect(() => pipe.send({ type: 'cancel', id: 1 })).toThrow(/not connected/)
  })

  it('passes frames both ways and drops what is no JSON', () => {
    const { pipe, sockets, open } = setUp()
    const frames: unknown[] = []
    pipe.onFrame((frame) => void frames.push(frame))
    const socket = open(sockets[0])
    pipe.send({ type: 'cancel', id: 7 })
    socket.onmessage?.({ data: '{"type":"end","id":7}' })
    socket.onmessage?.({ data: 'rubbish' })
    expect(socket.sent).toEqual(['{"type":"cancel","id":7}'])
    expect(frames).toEqual([{ type: 'end', id: 7 }, undefined])
  })

  it('never waits longer than five seconds', () => {
    expect([1, 2, 3, 4, 5, 50].map(retryDelayMs)).toEqual([500, 1000, 2000, 4000, 5000, 5000])
  })
})

describe('the token', () => {
  it('is taken out of the address and kept for this tab', () => {
    const kept = new Map<string, string>()
    const urls: string[] = []
    const page = {
      location: { hash: '#token=abc-DEF_1&/app/a/timeline', pathname: '/', search: '' },
      history: { replaceState: (_: unknown, __: string, url: string) => void urls.push(url) },
      sessionStorage: {
        getItem: (name: string) => kept.get(name) ?? null,
        setItem: (name: string, value: string) => void kept.set(name, value),
      },
    }
    expect(takeToken(page)).toBe('abc-DEF_1')
    expect(urls).toEqual(['/#/app/a/timeline'])
    expect(takeToken({ ...page, location: { ...page.location, hash: '#/apps' } })).toBe('abc-DEF_1')
  })

  it('is no part of a route without one', () => {
    expect(splitFragment('#/apps')).toEqual({ rest: '#/apps' })
    expect(splitFragment('#token=x')).toEqual({ token: 'x', rest: '' })
  })
})
