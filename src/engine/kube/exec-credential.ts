import { AppError } from '#contract'
import type { ErrorCode } from '#contract'
import { at, stringAt, maskText, maskValues } from '#core'
import type { Clock } from './clock.ts'
import type { Credential } from './credentials.ts'
import type { KubePorts } from './kube.ts'
import type { ClusterEntry, ExecEntry } from './kubeconfig-file.ts'

export type ExecRequest = {
  readonly user: string
  readonly exec: ExecEntry
  readonly cluster: ClusterEntry
  readonly ports: Pick<KubePorts, 'env' | 'run' | 'execTimeoutMs'>
  readonly clock: Clock
  readonly signal: AbortSignal
}

const maxBytes = 1024 * 1024

/**
 * Runs a user entry's sign-in program once and reads the ExecCredential that it prints. Throws KUBE_EXEC_MISSING, KUBE_EXEC_TIMEOUT,
 * KUBE_EXEC_FAILED. Protocol: client.authentication.k8s.io/v1 (Kubernetes docs, "client-go credential plugins").
 */
export async function runExecCredential(request: ExecRequest): Promise<Credential> {
  const { exec, ports, signal } = request
  if (exec.command === '') throw execError(request, 'KUBE_EXEC_MISSING', 'the kubeconfig names no program')
  if (exec.interactive === 'Always')
    throw execError(
      request,
      'KUBE_EXEC_FAILED',
      'it wants a terminal (interactiveMode: Always), which a window has not',
    )
  const timeoutMs = ports.execTimeoutMs ?? 120_000
  const result = await ports.run(exec.command, exec.args, {
    env: { ...ports.env, ...exec.env, KUBERNETES_EXEC_INFO: JSON.stringify(execInfo(request)) },
    signal,
    timeoutMs,
    maxBytes,
  })
  const words = tail(maskValues(result.stderr, secretsOf(request)))
  switch (result.end) {
    case 'missing':
      throw execError(request, 'KUBE_EXEC_MISSING', exec.installHint ?? 'it is not on the PATH')
    case 'timeout':
      throw execError(
        request,
        'KUBE_EXEC_TIMEOUT',
        `not finished after ${Math.round(timeoutMs / 1000)} s${words}`,
      )
    case 'cancelled':
      throw new AppError('CANCELLED', { message: `${exec.command}: cancelled.` })
    case 'too-large':
      throw execError(request, 'KUBE_EXEC_FAILED', 'it printed more than 1 MiB')
    case 'no-folder':
    case 'unstarted':
      throw execError(request, 'KUBE_EXEC_FAILED', `it could not be started${words}`)
    case 'signal':
      throw execError(request, 'KUBE_EXEC_FAILED', `it was killed${words}`)
    case 'exit':
      if (result.exitCode !== 0)
        throw execError(request, 'KUBE_EXEC_FAILED', `it ended with ${result.exitCode}${words}`)
  }
  return parseCredential(request, new TextDecoder().decode(result.stdout))
}

function execInfo({ exec, cluster }: ExecRequest): unknown {
  return {
    apiVersion: exec.apiVersion,
    kind: 'ExecCredential',
    spec: {
      interactive: false,
      ...(exec.provideClusterInfo
        ? {
            cluster: {
              server: cluster.server,
              ...(cluster.tlsServerName === undefined ? {} : { 'tls-server-name': cluster.tlsServerName }),
              ...(cluster.insecure ? { 'insecure-skip-tls-verify': true } : {}),
              ...(cluster.caData === undefined ? {} : { 'certificate-authority-data': cluster.caData }),
              ...(cluster.proxyUrl === undefined ? {} : { 'proxy-url': cluster.proxyUrl }),
              ...(cluster.execConfig === undefined ? {} : { config: cluster.execConfig }),
            },
          }
        : {}),
    },
  }
}

function parseCredential(request: ExecRequest, text: string): Credential {
  const fail = (why: string) => execError(request, 'KUBE_EXEC_FAILED', why)
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    // Its words may be a token: they are not repeated.
    throw fail('what it printed is no JSON')
  }
  if (stringAt(body, 'kind') !== 'ExecCredential') throw fail('what it printed is no ExecCredential')
  const version = stringAt(body, 'apiVersion')
  if (version !== request.exec.apiVersion)
    throw fail(`it speaks ${version ?? 'no version'}, and the kubeconfig asks for ${request.exec.apiVersion}`)
  const token = stringAt(body, 'status', 'token')
  const cert = stringAt(body, 'status', 'clientCertificateData')
  const key = stringAt(body, 'status', 'clientKeyData')
  if (token === undefined && (cert === undefined || key === undefined))
    throw fail('it gave neither a token nor a certificate with its key')
  const expiry = Date.parse(stringAt(body, 'status', 'expirationTimestamp') ?? '')
  if (at(body, 'status', 'expirationTimestamp') !== undefined && Number.isNaN(expiry))
    throw fail('its expirationTimestamp is no date')
  return {
    headers: token === undefined ? {} : { authorization: `Bearer ${token.trim()}` },
    ...(cert === undefined || key === undefined ? {} : { cert, key }),
    ...(Number.isNaN(expiry) ? {} : { expiresAt: expiry }),
  }
}

function execError(request: ExecRequest, code: ErrorCode, why: string): AppError {
  const { exec, user } = request
  return new AppError(code, {
    message: `${exec.command} (sign-in of ${user}): ${why}.`,
    subject: exec.command,
    action: 'sign-in',
    retryable: true,
    data: {
      command: exec.command,
      ...(exec.installHint === undefined ? {} : { installHint: exec.installHint }),
    },
  })
}

/** What the program was given and may repeat: all that the kubeconfig sets for it, and what names itself a secret around it. */
function secretsOf({ exec, ports }: ExecRequest): readonly string[] {
  const around = Object.entries(ports.env).flatMap(([name, value]) =>
    /token|passw|passphrase|secret|credential|[-_]key\b/i.test(name) ? (value ?? []) : [],
  )
  return [...Object.values(exec.env), ...around]
}

/** The last lines that it said, where programs put the reason. */
function tail(stderr: string): string {
  const lines = maskText(stderr.slice(-4_000))
    .split('\n')
    .filter((line) => line.trim() !== '')
  return lines.length === 0 ? '' : `: ${lines.slice(-4).join(' ').slice(0, 600)}`
}
