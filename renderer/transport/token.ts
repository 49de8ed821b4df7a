/** The token of browser mode: once in the fragment of the printed address, then in this tab's session only. */
const storageKey = 'wheelhouse.token'
const inFragment = /(?:^#|[#&])token=([A-Za-z0-9_-]+)/

/** Takes the token out of a fragment: what is left is the route. */
export function splitFragment(hash: string): { readonly token?: string; readonly rest: string } {
  const found = inFragment.exec(hash)
  if (found === null) return { rest: hash }
  const rest = hash.replace(found[0], '').replace(/^[#&]+/, '')
  return { token: found[1] ?? '', rest: rest === '' ? '' : `#${rest}` }
}

/** Reads the token and removes it from the address bar, so that it is neither bookmarked nor shared. */
export function takeToken(page: {
  readonly location: { readonly hash: string; readonly pathname: string; readonly search: string }
  readonly history: { readonly replaceState: (state: unknown, unused: string, url: string) => void }
  readonly sessionStorage: {
    readonly getItem: (key: string) => string | null
    readonly setItem: (key: string, value: string) => void
  }
}): string | undefined {
  const { token, rest } = splitFragment(page.location.hash)
  if (token === undefined) return page.sessionStorage.getItem(storageKey) ?? undefined
  page.sessionStorage.setItem(storageKey, token)
  page.history.replaceState(null, '', `${page.location.pathname}${page.location.search}${rest}`)
  return token
}

/** Protocols of the upgrade: the name that is answered, and the token. */
export function socketProtocols(token: string): string[] {
  return ['wh', `wh.${token}`]
}
