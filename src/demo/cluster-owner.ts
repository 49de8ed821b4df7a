import { existsSync, readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { startDetached } from '#engine'
import { isAlive } from './cluster/folder-lock.ts'

/** How the cluster is started. */
export type ClusterCommand = {
  /**
   * A process that outlives this one; a thread of it where the executable starts nothing but itself (the packaged desktop app, whose fuses
   * keep it from being a Node for everybody).
   */
  readonly as: 'process' | 'thread'
  readonly node: string
  /** The file of the cluster's process, source or bundle. */
  readonly file: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

export type ClusterPlace = {
  readonly pid: number
  readonly url: string
  readonly token: string
  /** It is a thread of the process `pid`. */
  readonly thread?: boolean
}

const threads = new Map<string, Worker>()
const stopMs = 10_000
const stepMs = 50

/** The cluster that runs on this folder, or one that is started now and goes on when this process ends. */
export async function findOrStartCluster(folder: string, command: ClusterCommand): Promise<ClusterPlace> {
  const running = await findCluster(folder)
  if (running !== undefined) return running
  await mkdir(folder, { recursive: true })
  try {
    if (command.as === 'thread') await startThread(folder, command)
    else await startProcess(folder, command)
  } catch (error) {
    // Another window may have started it in this moment.
    const other = await findCluster(folder)
    if (other !== undefined) return other
    throw error
  }
  const started = await findCluster(folder)
  if (started === undefined) throw new Error('The cluster of the demo started and does not answer.')
  return started
}

async function startProcess(folder: string, { node, file, args, env }: ClusterCommand): Promise<void> {
  await startDetached(node, [file, ...args, '--data', folder], { env, cwd: folder, timeoutMs: 30_000 })
}

async function startThread(folder: string, { file, args }: ClusterCommand): Promise<void> {
  const worker = new Worker(file, { argv: [...args, '--data', folder] })
  worker.unref()
  await new Promise<void>((resolve, reject) => {
    worker.once('message', () => resolve())
    worker.once('error', reject)
    worker.once('exit', () => reject(new Error('The thread of the cluster ended before it was up.')))
  })
  threads.set(folder, worker)
}

/** What its file says, if that process lives and answers with its own token. */
export async function findCluster(folder: string): Promise<ClusterPlace | undefined> {
  const file = join(folder, 'cluster.json')
  if (!existsSync(file)) return undefined
  try {
    const place = JSON.parse(readFileSync(file, 'utf8')) as ClusterPlace
    if (!isAlive(place.pid)) return undefined
    const answer = await fetch(`${place.url}/version`, {
      headers: { authorization: `Bearer ${place.token}` },
      signal: AbortSignal.timeout(5_000),
    })
    return answer.ok ? place : undefined
  } catch {
    // Nothing that can be read, or nobody who answers: it does not run.
    return undefined
  }
}

/** Ends it and waits until it is gone. Only a process that proved to be the cluster is ended: a pid may be anybody's by now. */
export async function stopCluster(folder: string): Promise<void> {
  const running = await findCluster(folder)
  if (running === undefined) return
  const thread = threads.get(folder)
  if (thread !== undefined) {
    threads.delete(folder)
    await thread.terminate()
    return
  }
  if (running.thread === true)
    throw new Error(`The cluster of the demo is part of the desktop app (process ${running.pid}).`)
  process.kill(running.pid, 'SIGTERM')
  for (let waited = 0; isAlive(running.pid); waited += stepMs) {
    if (waited >= stopMs) throw new Error(`The cluster of the demo (process ${running.pid}) does not end.`)
    await new Promise((resolve) => setTimeout(resolve, stepMs))
  }
}

/** A kubeconfig with the one context `demo`. JSON is YAML too. */
export async function writeKubeconfig(file: string, { url, token }: ClusterPlace): Promise<void> {
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'demo',
    clusters: [{ name: 'demo', cluster: { server: url } }],
    users: [{ name: 'demo', user: { token } }],
    contexts: [{ name: 'demo', context: { cluster: 'demo', user: 'demo', namespace: 'shop' } }],
  }
  const text = `${JSON.stringify(config, null, 2)}\n`
  if (existsSync(file) && readFileSync(file, 'utf8') === text) return
  await writeFile(file, text, { mode: 0o600 })
}
