import { Agent, request as httpsRequest } from 'node:https'

/** How to reach an API server: its address, its authority's certificate, who asks. */
export type Access = { readonly server: string; readonly ca: string; readonly token: string }

/** One GET as it is, without any client library: status and body. Rejects when nobody answers. */
export function get(access: Access, path: string, accept = 'application/json'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const agent = new Agent({ ca: access.ca, keepAlive: false })
    const headers = { authorization: `Bearer ${access.token}`, accept }
    const call = httpsRequest(new URL(path, access.server), { agent, headers, timeout: 5000 }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }),
      )
    })
    call.on('timeout', () => call.destroy(new Error(`no answer to ${path}`)))
    call.on('error', reject)
    call.end()
  })
}

/** What came back, whatever its status. */
export type Answer = { readonly status: number; readonly body: string }
