import { isObject, stringAt } from '#core'
import type { JsonObject } from '#core'
import type { ReadOptions } from './cluster.ts'
import type { KubeHttp } from './http.ts'
import { asObject } from './read.ts'

export type OpenApi = (groupVersion: string, options?: ReadOptions) => Promise<JsonObject | undefined>

/** Documents by the address that the index names: it holds a hash of the content, so that an unchanged one is never read twice. */
export function createOpenApi(http: KubeHttp): OpenApi {
  const documents = new Map<string, { readonly address: string; readonly document: JsonObject }>()
  return async (groupVersion, options = {}) => {
    const index = asObject(await http.json({ method: 'GET', path: '/openapi/v3', signal: options.signal }))
    const name = groupVersion.includes('/') ? `apis/${groupVersion}` : `api/${groupVersion}`
    const paths = index['paths']
    const address = stringAt(isObject(paths) ? paths[name] : undefined, 'serverRelativeURL')
    if (address === undefined) return undefined
    const known = documents.get(groupVersion)
    if (known?.address === address) return known.document
    const url = new URL(address, 'http://server')
    const document = asObject(
      await http.json({
        method: 'GET',
        path: url.pathname,
        query: Object.fromEntries(url.searchParams),
        subject: `schema of ${groupVersion}`,
        signal: options.signal,
      }),
    )
    documents.set(groupVersion, { address, document })
    return document
  }
}
