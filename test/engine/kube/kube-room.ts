import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createKube } from '../../../src/engine/kube/index.ts'
import type { Kube, KubePorts } from '../../../src/engine/kube/index.ts'
import { run } from '../../../src/engine/process/index.ts'
import { certificates } from './certificates.ts'

export type Room = {
  readonly dir: string
  readonly file: (name: string, content: unknown) => string
  readonly kube: (ports?: Partial<KubePorts>) => Kube
  readonly clear: () => Promise<void>
}

/** A temporary folder that stands for a home, and engines over it that are closed at the end. */
export function kubeRoom(): Room {
  const dir = mkdtempSync(join(tmpdir(), 'wheelhouse-kube-'))
  const open: Kube[] = []
  return {
    dir,
    file: (name, content) => {
      const path = join(dir, name)
      writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
      return path
    },
    kube: (ports = {}) => {
      const kube = createKube({
        env: { PATH: process.env.PATH ?? '', KUBECONFIG: join(dir, 'config') },
        home: dir,
        settings: () => ({ kubeconfigs: [] }),
        run,
        now: Date.now,
        ...ports,
      })
      open.push(kube)
      return kube
    },
    clear: async () => {
      await Promise.all(open.map((kube) => kube.close()))
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

/** A kubeconfig of one context `test` for a server with our CA. */
export function kubeconfig(
  server: string,
  rest: {
    readonly user?: Record<string, unknown>
    readonly cluster?: Record<string, unknown>
    readonly name?: string
  } = {},
): Record<string, unknown> {
  const name = rest.name ?? 'test'
  const ca = Buffer.from(certificates.ca).toString('base64')
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: { server, 'certificate-authority-data': ca, ...rest.cluster } }],
    users: [{ name, user: rest.user ?? { token: 'token-of-the-test' } }],
    contexts: [{ name, context: { cluster: name, user: name, namespace: 'default' } }],
    'current-context': name,
  }
}

/** The error of something that must fail. */
export async function failureOf(work: Promise<unknown>): Promise<{
  readonly code: string
  readonly message: string
  readonly data: Readonly<Record<string, unknown>>
  readonly action: string | undefined
  readonly retryable: boolean
}> {
  try {
    await work
  } catch (error) {
    const read = (key: string): unknown => Reflect.get(Object(error), key)
    return {
      code: String(read('code')),
      message: String(read('message')),
      data: Object(read('data')) as Record<string, unknown>,
      action: read('action') as string | undefined,
      retryable: read('retryable') === true,
    }
  }
  throw new Error('It did not fail.')
}
