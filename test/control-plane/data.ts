import { generateKeyPairSync } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePorts, type Ports } from './ports.ts'
import { createTokens, writeTokenFile, type Tokens, type User } from './users.ts'

/** Everything of one control plane that outlives its processes, in one folder. */
export type Data = {
  readonly dir: string
  readonly server: string
  readonly caFile: string
  readonly tokenFile: string
  readonly signingKey: string
  readonly verifyingKey: string
  readonly ports: Ports
  readonly tokens: Tokens
  readonly kubeconfigFor: (user: User) => string
}

/** Opens the folder of a control plane, or makes a new one there: ports, tokens, and the key of service accounts. */
export async function openData(dir: string, wanted: Ports | undefined): Promise<Data> {
  const file = join(dir, 'control-plane.json')
  const known = existsSync(file)
    ? (JSON.parse(readFileSync(file, 'utf8')) as { readonly ports: Ports; readonly tokens: Tokens })
    : undefined
  const ports = wanted ?? known?.ports ?? (await freePorts())
  const tokens = known?.tokens ?? createTokens()
  writeFileSync(file, JSON.stringify({ ports, tokens }), { mode: 0o600 })
  const tokenFile = join(dir, 'tokens.csv')
  writeTokenFile(tokenFile, tokens)
  const keys = { signingKey: join(dir, 'accounts.key'), verifyingKey: join(dir, 'accounts.pub') }
  if (known === undefined) writeKeys(keys)
  return {
    dir,
    server: `https://127.0.0.1:${ports.apiServer}`,
    caFile: join(dir, 'certificates', 'apiserver.crt'),
    tokenFile,
    ...keys,
    ports,
    tokens,
    kubeconfigFor: (user) => join(dir, `${user}.kubeconfig`),
  }
}

function writeKeys(files: { readonly signingKey: string; readonly verifyingKey: string }): void {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  })
  writeFileSync(files.signingKey, privateKey, { mode: 0o600 })
  writeFileSync(files.verifyingKey, publicKey)
}
