import { withoutEscapes } from '#core'
import type { LogOptions } from './cluster.ts'
import type { KubeHttp } from './http.ts'

const maxBytes = 1024 * 1024

/** The end of a container's log; the server cuts it, and what a program writes to a terminal's heart is taken out. */
export async function readLogs(
  http: KubeHttp,
  pod: { readonly namespace: string; readonly name: string },
  options: LogOptions = {},
): Promise<string> {
  const path = `/api/v1/namespaces/${encodeURIComponent(pod.namespace)}/pods/${encodeURIComponent(pod.name)}/log`
  const { text } = await http.request({
    method: 'GET',
    path,
    query: {
      container: options.container,
      previous: options.previous === true ? 'true' : undefined,
      tailLines: String(options.tailLines ?? 200),
      limitBytes: String(maxBytes),
    },
    accept: '*/*',
    subject: `log of Pod/${pod.name}`,
    maxBytes: maxBytes * 2,
    signal: options.signal,
  })
  return withoutEscapes(text)
}
