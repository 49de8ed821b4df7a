import type { Config } from './config.ts'

/**
 * Where a clone keeps a branch of a remote, as the remote's refspecs map it: `refs/remotes/<remote>/<branch>` in most, but not where somebody
 * fetches into names of their own.
 */
export function trackingRef(
  config: Config,
  { remote, branch }: { readonly remote: string; readonly branch: string },
): string {
  return (
    mapRef(config.all(`remote.${remote}.fetch`), `refs/heads/${branch}`) ?? `refs/remotes/${remote}/${branch}`
  )
}

/** The destination that the first matching refspec gives a ref; git's rule: one `*`, the same text on both sides. */
export function mapRef(specs: readonly string[], ref: string): string | undefined {
  for (const spec of specs) {
    const [from = '', to = ''] = spec.replace(/^\+/, '').split(':')
    if (to === '' || from.startsWith('^')) continue
    if (from === ref) return to
    const [before = '', after] = from.split('*')
    if (after === undefined || !ref.startsWith(before) || !ref.endsWith(after)) continue
    if (ref.length < before.length + after.length) continue
    return to.replace('*', () => ref.slice(before.length, ref.length - after.length))
  }
  return undefined
}
