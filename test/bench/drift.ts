import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { request } from 'node:https'
import { readFileSync } from 'node:fs'
import { makeNamespace } from '../control-plane/kubectl.ts'
import { startControlPlane } from '../control-plane/start.ts'
import { createScene } from '../engine/journey/scene.ts'
import type { Row } from './row.ts'

const samples = 20

type Plane = Awaited<ReturnType<typeof startControlPlane>>

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 0
  selector:
    matchLabels: { app: web }
  template:
    metadata:
      labels: { app: web }
    spec:
      containers: [{ name: web, image: example/web }]
`

/** From the API server's answer to a change by hand to the frame of the stream that shows it as drift, and away again. */
export async function driftRows(): Promise<readonly Row[]> {
  const plane = await startControlPlane()
  const namespace = (prefix: string) => makeNamespace(plane.kubectl, prefix)
  const scene = await createScene({ ...plane, namespace }, { 'apps/web/web.yaml': deployment })
  try {
    await scene.sync(await scene.plan())
    await scene.row(({ sync }) => sync.status === 'synced')
    const times: number[] = []
    for (let n = 0; n < samples; n++) {
      const status = n % 2 === 0 ? 'out-of-sync' : 'synced'
      const shown = scene.row(({ sync }) => sync.status === status).then(() => performance.now())
      const answered = await scale(plane, scene.namespace, n % 2 === 0 ? 1 : 0)
      times.push((await shown) - answered)
    }
    times.sort((a, b) => a - b)
    return [
      { name: 'drift-delay', ours: times[samples / 2] ?? 0, unit: 'ms' },
      { name: 'drift-delay-worst', ours: times.at(-1) ?? 0, unit: 'ms' },
    ]
  } finally {
    await scene.close()
    await plane.stop()
  }
}

/** A bare PATCH of the scale; answers when its response had come. */
async function scale(plane: Plane, namespace: string, replicas: number): Promise<number> {
  const path = `/apis/apps/v1/namespaces/${namespace}/deployments/web/scale?fieldManager=kubectl`
  const sent = request(new URL(path, plane.server), {
    method: 'PATCH',
    ca: readFileSync(plane.caFile),
    headers: {
      authorization: `Bearer ${plane.tokenFor('admin')}`,
      'content-type': 'application/merge-patch+json',
    },
  })
  sent.end(JSON.stringify({ spec: { replicas } }))
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  const answered = performance.now()
  response.resume()
  if (response.statusCode !== 200) throw new Error(`The change was answered ${response.statusCode}.`)
  return answered
}
