import type { NetworkState } from '#contract'
import type { Link } from '../transport/link.ts'

type Connected = {
  readonly saveData?: boolean
  readonly addEventListener?: (name: 'change', listener: () => void) => void
}

/** Tells the engine how the machine is connected, now and whenever it changes: fetching in the background waits while it costs or cannot work. */
export function tellNetwork(link: Link, page: Window): void {
  const connection = (page.navigator as Navigator & { readonly connection?: Connected }).connection
  const tell = () => {
    if (link.state().status !== 'open') return
    // Only a hint: when it is not heard, fetching goes on as before.
    link.client
      .call('network.tell', { state: networkOf(page.navigator.onLine, connection) })
      .catch(() => undefined)
  }
  page.addEventListener('online', tell)
  page.addEventListener('offline', tell)
  connection?.addEventListener?.('change', tell)
  link.onState(tell)
  tell()
}

function networkOf(online: boolean, connection: Connected | undefined): NetworkState {
  if (!online) return 'offline'
  return connection?.saveData === true ? 'metered' : 'online'
}
