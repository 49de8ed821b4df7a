import { AppError } from '#contract'
import { stringAt } from '#core'
import type { KubeAuth } from './auth.ts'
import type { KubeHttp } from './http.ts'

export type Identity = { readonly uid: string; readonly weakIdentity: boolean; readonly version: string }

/** Somebody looks at "connecting" meanwhile. */
const timeoutMs = 15_000

/** Which cluster this is. Its name in a kubeconfig says nothing: two contexts may mean one cluster, and one context another one tomorrow. */
export async function readIdentity(http: KubeHttp, auth: KubeAuth, signal?: AbortSignal): Promise<Identity> {
  const [uid, version] = await Promise.all([readUid(http, signal), readVersion(http, signal)])
  return uid === undefined
    ? { uid: await auth.weakUid(), weakIdentity: true, version }
    : { uid, weakIdentity: false, version }
}

async function readUid(http: KubeHttp, signal?: AbortSignal): Promise<string | undefined> {
  const read = http.json({
    method: 'GET',
    path: '/api/v1/namespaces/kube-system',
    subject: 'Namespace/kube-system',
    signal,
    timeoutMs,
  })
  const found = await orNotAllowed(read)
  return stringAt(found, 'metadata', 'uid')
}

async function readVersion(http: KubeHttp, signal?: AbortSignal): Promise<string> {
  const found = await orNotAllowed(http.json({ method: 'GET', path: '/version', signal, timeoutMs }))
  return stringAt(found, 'gitVersion') ?? ''
}

async function orNotAllowed(read: Promise<unknown>): Promise<unknown> {
  try {
    return await read
  } catch (error) {
    const fine =
      error instanceof AppError && (error.code === 'KUBE_FORBIDDEN' || error.code === 'KUBE_NOT_FOUND')
    if (fine) return undefined
    throw error
  }
}
