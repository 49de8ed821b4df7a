import { readFile } from 'node:fs/promises'
import { getCACertificates, rootCertificates } from 'node:tls'
import { AppError } from '#contract'
import type { ClusterEntry } from './kubeconfig-file.ts'

/**
 * The CAs that a server's certificate may come from; undefined = none are asked for (insecure). A kubeconfig's CA stands alone, as in
 * client-go; without one the CAs of Node and of the system count, since kubectl trusts those. The settings' bundle is added to either.
 */
export async function trustedCas(
  cluster: ClusterEntry,
  caBundle: string | undefined,
): Promise<readonly string[] | undefined> {
  if (cluster.insecure) return undefined
  const own = cluster.caData === undefined ? await readPem(cluster.caFile) : fromBase64(cluster.caData)
  const bundle = await readPem(caBundle)
  return [...(own === undefined ? systemCas() : [own]), ...(bundle === undefined ? [] : [bundle])]
}

function fromBase64(data: string): string {
  return Buffer.from(data, 'base64').toString('utf8')
}

async function readPem(file: string | undefined): Promise<string | undefined> {
  if (file === undefined || file === '') return undefined
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    throw new AppError('KUBE_TLS', {
      message: `${file}: this file of trusted CAs cannot be read (${String(Reflect.get(Object(error), 'code'))}).`,
      subject: file,
      action: 'open-settings',
      cause: error,
    })
  }
}

let system: readonly string[] | undefined

function systemCas(): readonly string[] {
  // Node before 22.15 cannot read the system's.
  const read = getCACertificates as typeof getCACertificates | undefined
  system ??= read === undefined ? rootCertificates : [...new Set([...read('default'), ...read('system')])]
  return system
}
