import { execFileSync, spawn, spawnSync } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { users, writeKubeconfig } from './users.ts'
import type { User } from './users.ts'

export type ControlPlane = {
  readonly server: string
  readonly caFile: string
  readonly dir: string
  readonly kubeconfig: (user?: User) => string
  readonly kubectl: (args: readonly string[], input?: string) => { readonly code: number; readonly stdout: string; readonly stderr: string }
  readonly stopApiServer: () => Promise<void>
  /** Same data and port as before. */
  readonly startApiServer: () => Promise<void>
  readonly stop: () => Promise<void>
}

/** Starts etcd, API server, controllers, scheduler and fake nodes, each a process; ready in about six seconds. */
export async function startControlPlane(binary: string): Promise<ControlPlane> {
  const dir = mkdtempSync(join(tmpdir(), 'wheelhouse-cluster-'))
  const [etcdPort, peerPort, port] = await Promise.all([freePort(), freePort(), freePort()])
  const children = new Set<ChildProcess>()
  const start = (part: string, args: readonly string[]) => {
    const log = openSync(join(dir, `${part}.log`), 'a')
    const child = spawn(binary, [part, ...args], { stdio: ['ignore', log, log] })
    closeSync(log)
    children.add(child)
    child.once('exit', () => children.delete(child))
    return child
  }
  const killAll = () => {
    for (const child of children) child.kill('SIGKILL')
  }
  process.once('exit', killAll)
  const key = serviceAccountKey(dir)
  writeFileSync(join(dir, 'tokens.csv'), users.map(({ token, name, groups }) => `${token},${name},${name}${groups === '' ? '' : `,"${groups}"`}\n`).join(''))
  const server = `https://127.0.0.1:${port}`
  const caFile = join(dir, 'certs', 'apiserver.crt')
  start('etcd', ['--data-dir', join(dir, 'etcd'), '--client-url', `http://127.0.0.1:${etcdPort}`, '--peer-url', `http://127.0.0.1:${peerPort}`])
  const apiServerArgs = [
    `--etcd-servers=http://127.0.0.1:${etcdPort}`,
    `--secure-port=${port}`,
    '--bind-address=127.0.0.1',
    `--cert-dir=${join(dir, 'certs')}`,
    `--token-auth-file=${join(dir, 'tokens.csv')}`,
    '--authorization-mode=RBAC',
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${key}`,
    `--service-account-signing-key-file=${key}`,
    '--service-cluster-ip-range=10.0.0.0/24',
    '--allow-privileged=true',
  ]
  const kubeconfig = (user: User = 'admin') => writeKubeconfig({ dir, server, caFile, user })
  const kubectl: ControlPlane['kubectl'] = (args, input) => {
    const result = spawnSync(binary, ['kubectl', '--kubeconfig', kubeconfig(), ...args], { encoding: 'utf8', ...(input === undefined ? {} : { input }) })
    return { code: result.status ?? 1, stdout: result.stdout, stderr: result.stderr }
  }
  let apiServer: ChildProcess
  const startApiServer = async () => {
    apiServer = start('kube-apiserver', apiServerArgs)
    await until(() => kubectl(['get', '--raw', '/readyz']).stdout === 'ok', () => logOf(dir, 'kube-apiserver'))
  }
  await startApiServer()
  start('kube-controller-manager', [
    `--kubeconfig=${kubeconfig()}`,
    `--service-account-private-key-file=${key}`,
    '--leader-elect=false',
    '--secure-port=0',
    '--controllers=*,-nodeipam,-route,-cloud-node-lifecycle,-service-lb-controller',
  ])
  start('kube-scheduler', [`--kubeconfig=${kubeconfig()}`, '--leader-elect=false', '--secure-port=0'])
  start('nodes', ['--kubeconfig', kubeconfig()])
  const rbac = kubectl(['apply', '-f', '-'], readFileSync(join(import.meta.dirname, 'rbac.yaml'), 'utf8'))
  if (rbac.code !== 0) throw new Error(rbac.stderr)
  await until(() => kubectl(['get', 'nodes', '--no-headers']).stdout.split(' Ready').length > 3, () => logOf(dir, 'nodes'))
  return {
    server,
    caFile,
    dir,
    kubeconfig,
    kubectl,
    startApiServer,
    stopApiServer: async () => {
      apiServer.kill('SIGKILL')
      await once(apiServer, 'exit')
    },
    stop: async () => {
      const ended = [...children].map((child) => once(child, 'exit'))
      killAll()
      await Promise.all(ended)
      process.removeListener('exit', killAll)
      rmSync(dir, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

function serviceAccountKey(dir: string): string {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const file = join(dir, 'service-account.key')
  writeFileSync(file, privateKey.export({ type: 'pkcs1', format: 'pem' }))
  return file
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** Polls a foreign process, which has no event to wait for. */
async function until(done: () => boolean, why: () => string): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    if (done()) return
    await delay(100)
  }
  throw new Error(`The control plane did not come up:\n${why()}`)
}

function logOf(dir: string, part: string): string {
  return execFileSync('tail', ['-n', '15', join(dir, `${part}.log`)], { encoding: 'utf8' })
}
