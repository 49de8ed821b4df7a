import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'

/** The ports of one control plane; they are kept with its data, so that a restart finds the same ones. */
export type Ports = { readonly etcdClient: number; readonly etcdPeer: number; readonly apiServer: number }

/** Three free ports; all are held at once while they are chosen, so that they differ. */
export async function freePorts(): Promise<Ports> {
  const servers = [createServer(), createServer(), createServer()]
  const ports: number[] = []
  for (const server of servers) {
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    ports.push((server.address() as AddressInfo).port)
  }
  for (const server of servers) {
    server.close()
    await once(server, 'close')
  }
  const [etcdClient = 0, etcdPeer = 0, apiServer = 0] = ports
  return { etcdClient, etcdPeer, apiServer }
}
