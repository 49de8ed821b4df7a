import { createHash, timingSafeEqual } from 'node:crypto'

/** Why a request is turned away: the status and what its body says. */
export type Refusal = { readonly status: 401 | 403 | 421; readonly words: string }

export const subprotocol = 'wh'
const tokenPrefix = `${subprotocol}.`

/**
 * Is the request meant for this machine? Any port, since an ssh tunnel has its own. Another name that resolves to 127.0.0.1 (DNS
 * rebinding) is not.
 */
export function refuseHost(host: string | undefined): Refusal | undefined {
  if (host !== undefined && /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?$/i.test(host)) return undefined
  return { status: 421, words: 'Wheelhouse answers to 127.0.0.1, localhost and [::1] only.' }
}

/** A WebSocket's upgrade: asked for by our own page, with the token. Checked in this order, all before the upgrade. */
export function refuseUpgrade(
  headers: {
    readonly host?: string | undefined
    readonly origin?: string | undefined
    readonly 'sec-websocket-protocol'?: string | undefined
  },
  token: string,
): Refusal | undefined {
  const { host, origin } = headers
  const elsewhere = refuseHost(host)
  if (elsewhere !== undefined) return elsewhere
  if (origin?.toLowerCase() !== `http://${host?.toLowerCase()}`)
    return { status: 403, words: 'Only the page of this address may connect.' }
  const given = (headers['sec-websocket-protocol'] ?? '')
    .split(',')
    .map((name) => name.trim())
    .find((name) => name.startsWith(tokenPrefix))
    ?.slice(tokenPrefix.length)
  if (given !== undefined && isSame(given, token)) return undefined
  return {
    status: 401,
    words: 'The token is missing or wrong: open the address that was printed at the start.',
  }
}

/** Takes as long for any pair: hashes have one length, and `timingSafeEqual` one duration. */
function isSame(a: string, b: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(hash(a), hash(b))
}
