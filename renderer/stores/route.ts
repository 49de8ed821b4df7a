import { createStore } from 'zustand/vanilla'
import type { StoreApi } from 'zustand/vanilla'

export const appTabs = ['replicas', 'timeline', 'changes', 'compare', 'activity'] as const
export type AppTab = (typeof appTabs)[number]

/** Where the window is. `select` = a commit chosen on the timeline, or the two sides of a comparison. */
export type Route =
  | { readonly page: 'apps' }
  | { readonly page: 'app'; readonly appId: string; readonly tab: AppTab; readonly select?: string }
  | { readonly page: 'review'; readonly appId: string }
  | { readonly page: 'operation'; readonly operationId: string }
  | { readonly page: 'activity' }
  | { readonly page: 'clusters' }
  | { readonly page: 'repositories'; readonly cloneId?: string }
  | { readonly page: 'settings' }
  | { readonly page: 'doctor' }

export type SimplePage = 'apps' | 'activity' | 'clusters' | 'settings' | 'doctor'
const simple: readonly string[] = [
  'apps',
  'activity',
  'clusters',
  'settings',
  'doctor',
] satisfies SimplePage[]

/** A fragment as a route; what it does not know leads to the apps. */
export function parseRoute(hash: string): Route {
  const [page = '', id = '', tab = '', select] = hash.replace(/^#\/?/, '').split('/').map(decode)
  if (simple.includes(page)) return { page: page as SimplePage }
  if (page === 'repositories') return id === '' ? { page } : { page, cloneId: id }
  if (page === 'operation' && id !== '') return { page, operationId: id }
  if (page !== 'app' || id === '') return { page: 'apps' }
  if (tab === 'review') return { page: 'review', appId: id }
  const known = appTabs.find((one) => one === tab) ?? 'replicas'
  return { page: 'app', appId: id, tab: known, ...(select === undefined || select === '' ? {} : { select }) }
}

/** The fragment of a route: `parseRoute(toHash(route))` is the route. */
export function toHash(route: Route): string {
  switch (route.page) {
    case 'app':
      return `#/app/${encodeURIComponent(route.appId)}/${route.tab}${route.select === undefined ? '' : `/${encodeURIComponent(route.select)}`}`
    case 'review':
      return `#/app/${encodeURIComponent(route.appId)}/review`
    case 'operation':
      return `#/operation/${encodeURIComponent(route.operationId)}`
    case 'repositories':
      return route.cloneId === undefined
        ? '#/repositories'
        : `#/repositories/${encodeURIComponent(route.cloneId)}`
    default:
      return `#/${route.page}`
  }
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch (error) {
    if (error instanceof URIError) return ''
    throw error
  }
}

export type RouteStore = {
  readonly store: StoreApi<{ readonly route: Route }>
  readonly go: (route: Route) => void
  /** Stays on the page in the history's place: for a selection that moves with `j` and `k`. */
  readonly replace: (route: Route) => void
}

/** The route lives in the address: back, forward, reload and links work by themselves. */
export function createRouteStore(page: Window): RouteStore {
  const store = createStore<{ readonly route: Route }>(() => ({ route: parseRoute(page.location.hash) }))
  page.addEventListener('hashchange', () => store.setState({ route: parseRoute(page.location.hash) }))
  return {
    store,
    go: (route) => {
      page.location.hash = toHash(route)
    },
    replace: (route) => {
      page.history.replaceState(null, '', toHash(route))
      store.setState({ route })
    },
  }
}
