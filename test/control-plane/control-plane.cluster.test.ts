import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { kubectlBinary } from './build.ts'
import { createKubectl, mustKubectl } from './kubectl.ts'
import type { Ports } from './ports.ts'
import { get } from './request.ts'
import { sharedControlPlane } from './shared.ts'
import { startControlPlane, type ControlPlane } from './start.ts'

const deployment = (name: string, image: string, replicas = 1) =>
  JSON.stringify({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: {
          initContainers: [{ name: 'prepare', image: 'example/prepare:1' }],
          containers: [{ name: 'main', image }],
        },
      },
    },
  })

const waitFor = (what: string, path: string, value: string) => [
  'wait',
  what,
  `--for=jsonpath=${path}=${value}`,
  '--timeout=30s',
]

const foreign = process.env.WHEELHOUSE_TEST_KUBECONFIG !== undefined

const shared = sharedControlPlane()
let namespace: Awaited<ReturnType<typeof shared.namespace>>
const kubectl = (args: readonly string[], input?: string) =>
  mustKubectl(shared.kubectl, ['--namespace', namespace.name, ...args], input)

beforeAll(async () => {
  namespace = await shared.namespace('control-plane')
})
afterAll(() => namespace.remove())

test('users may do what their rights say and no more', async () => {
  const as = (user: 'viewer' | 'namespace-only' | 'outsider') =>
    createKubectl({
      command: shared.kubectlCommand,
      kubeconfig: shared.kubeconfigFor(user),
      cacheDir: shared.kubectlCache,
    })
  const map = JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'rights' } })
  await kubectl(['apply', '-f', '-'], map)
  const patch = [
    'patch',
    'configmap',
    'rights',
    '--type=merge',
    '-p',
    '{"data":{"a":"b"}}',
    '-n',
    namespace.name,
  ]
  expect((await as('viewer')(['get', 'configmap', 'rights', '-n', namespace.name])).code).toBe(0)
  expect((await as('viewer')(patch)).stderr).toContain('cannot patch resource "configmaps"')
  expect((await as('namespace-only')(patch)).stderr).toContain('cannot get resource "configmaps"')
  expect((await as('namespace-only')(['auth', 'can-i', 'patch', 'deployments', '-n', 'team'])).code).toBe(0)
  expect((await as('outsider')(patch)).stderr).toContain('User "outsider" cannot get resource')
})

describe.skipIf(foreign)('the nodes', () => {
  test('a Deployment becomes available, each pod with an address of its own, and scales', async () => {
    await kubectl(['apply', '-f', '-'], deployment('web', 'example/web:1', 2))
    await kubectl(['rollout', 'status', 'deployment/web', '--timeout=30s'])
    await kubectl(['scale', 'deployment/web', '--replicas=4'])
    await kubectl(waitFor('deployment/web', '{.status.availableReplicas}', '4'))
    const ips = await kubectl(['get', 'pods', '-l', 'app=web', '-o', 'jsonpath={.items[*].status.podIP}'])
    expect(new Set(ips.split(' ')).size).toBe(4)
  })

  test('a crashing image is in CrashLoopBackOff and its restarts rise', async () => {
    await kubectl(['apply', '-f', '-'], deployment('bad', 'example/crash:1'))
    const pod = ['pod', '-l', 'app=bad']
    const state = '{.status.containerStatuses[0].state.waiting.reason}'
    await kubectl(['wait', '--for=create', ...pod, '--timeout=30s'])
    await kubectl(['wait', ...pod, `--for=jsonpath=${state}=CrashLoopBackOff`, '--timeout=30s'])
    const restarts = '{.status.containerStatuses[0].restartCount}'
    await kubectl(['wait', ...pod, `--for=jsonpath=${restarts}=1`, '--timeout=30s'])
    await kubectl(['wait', ...pod, `--for=jsonpath=${restarts}=2`, '--timeout=30s'])
  })

  test('an image that cannot be pulled keeps its pod pending in ImagePullBackOff', async () => {
    await kubectl(['run', 'absent', '--image=example/pullfail:1'])
    const state = '{.status.containerStatuses[0].state.waiting.reason}'
    await kubectl(waitFor('pod/absent', state, 'ImagePullBackOff'))
    expect(await kubectl(['get', 'pod', 'absent', '-o', 'jsonpath={.status.phase}'])).toBe('Pending')
  })

  test('an image that is never ready runs without becoming ready; a slow one becomes so', async () => {
    await kubectl(['run', 'never', '--image=example/never:1'])
    await kubectl(['run', 'slow', '--image=example/slow:1'])
    await kubectl(['wait', 'pod/slow', '--for=condition=Ready', '--timeout=30s'])
    const never = await kubectl(['get', 'pod', 'never', '-o', 'json'])
    const { status } = JSON.parse(never) as {
      status: { phase: string; containerStatuses: { ready: boolean }[] }
    }
    expect(status.phase).toBe('Running')
    expect(status.containerStatuses.map(({ ready }) => ready)).toEqual([false])
  })

  test('a Job succeeds, and one that crashes fails', async () => {
    await kubectl(['create', 'job', 'fine', '--image=example/work:1'])
    await kubectl(['create', 'job', 'broken', '--image=example/crash:1'])
    await kubectl(['wait', 'job/fine', '--for=condition=Complete', '--timeout=30s'])
    await kubectl(['patch', 'job', 'broken', '--type=merge', '-p', '{"spec":{"backoffLimit":0}}'])
    await kubectl(['wait', 'job/broken', '--for=condition=Failed', '--timeout=60s'])
  })

  test('a pod that is deleted goes, and a StatefulSet replaces it under its name', async () => {
    const set = deployment('db', 'example/db:1').replace('"Deployment"', '"StatefulSet"')
    await kubectl(['apply', '-f', '-'], set)
    await kubectl(['rollout', 'status', 'statefulset/db', '--timeout=30s'])
    const uid = () => kubectl(['get', 'pod', 'db-0', '-o', 'jsonpath={.metadata.uid}'])
    const before = await uid()
    await kubectl(['delete', 'pod', 'db-0', '--timeout=30s'])
    await kubectl(['wait', 'pod/db-0', '--for=create', '--timeout=30s'])
    await kubectl(['wait', 'pod/db-0', '--for=condition=Ready', '--timeout=30s'])
    expect(await uid()).not.toBe(before)
  })
})

describe.skipIf(foreign)('a control plane of its own', () => {
  let own: ControlPlane

  beforeAll(async () => {
    own = await startControlPlane({ nodes: 1 })
  })
  afterAll(() => own.stop())

  test('keeps its data and its port when the API server goes and comes back', async () => {
    await mustKubectl(own.kubectl, ['create', 'deployment', 'web', '--image=example/web:1', '--replicas=2'])
    await mustKubectl(own.kubectl, ['rollout', 'status', 'deployment/web', '--timeout=30s'])
    const uids = ['get', 'pods', '-l', 'app=web', '-o', 'jsonpath={.items[*].metadata.uid}']
    const before = await mustKubectl(own.kubectl, uids)
    await own.stopApiServer()
    const access = { server: own.server, ca: readFileSync(own.caFile, 'utf8'), token: own.tokenFor('admin') }
    await expect(get(access, '/readyz')).rejects.toThrow('ECONNREFUSED')
    await own.startApiServer()
    expect(await mustKubectl(own.kubectl, uids)).toBe(before)
    await mustKubectl(own.kubectl, ['scale', 'deployment/web', '--replicas=3'])
    await mustKubectl(own.kubectl, waitFor('deployment/web', '{.status.availableReplicas}', '3'))
  })

  test('ends with the process that started it, however that ends, and comes back on its data and port', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'wheelhouse-killed-'))
    try {
      const starter = spawn(
        process.execPath,
        [join(import.meta.dirname, 'main.ts'), '--dir', dir, '--nodes', '1'],
        {
          stdio: ['ignore', 'pipe', 'inherit'],
        },
      )
      await once(starter.stdout, 'data')
      const command = await kubectlBinary()
      if (typeof command !== 'string') throw new Error(command.skipped)
      const kubeconfig = join(dir, 'admin.kubeconfig')
      const kubectl = createKubectl({ command, kubeconfig, cacheDir: join(dir, 'cache') })
      await mustKubectl(kubectl, ['create', 'configmap', 'kept'])
      const { ports } = JSON.parse(readFileSync(join(dir, 'control-plane.json'), 'utf8')) as {
        readonly ports: Ports
      }

      starter.kill('SIGKILL')
      for (const port of Object.values(ports)) {
        await expect.poll(() => answers(port), { timeout: 10_000 }).toBe(false)
      }
      const again = await startControlPlane({ dataDir: dir, nodes: 1 })
      try {
        expect(again.server).toBe(`https://127.0.0.1:${ports.apiServer}`)
        await mustKubectl(again.kubectl, ['get', 'configmap', 'kept'])
      } finally {
        await again.stop()
      }
    } finally {
      rmSync(dir, { recursive: true, force: true })
    }
  })
})

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
