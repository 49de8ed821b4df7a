import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants } from 'node:zlib'
import { get, type Access } from './request.ts'
import { startControlPlane } from './start.ts'

/**
 * Records what the simulated cluster serves as its own: `openapi.json.br`, the OpenAPI v3 documents by their path, and
 * `discovery.json.br`, the answers to /version, /api and /apis. Run by hand after a change of the Kubernetes version:
 * node test/control-plane/record-schemas.ts
 */
const documents = [
  'api/v1',
  'apis/apps/v1',
  'apis/batch/v1',
  'apis/networking.k8s.io/v1',
  'apis/autoscaling/v2',
  'apis/policy/v1',
  'apis/rbac.authorization.k8s.io/v1',
  'apis/apiextensions.k8s.io/v1',
]

/** Both lists of kinds in one answer each, without a request per group. */
const aggregated = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList'

const target = join(import.meta.dirname, '../../src/demo/schemas')

const controlPlane = await startControlPlane({ nodes: 1 })
try {
  const access: Access = {
    server: controlPlane.server,
    ca: readFileSync(controlPlane.caFile, 'utf8'),
    token: controlPlane.tokenFor('admin'),
  }
  mkdirSync(target, { recursive: true })
  const openapi: Record<string, unknown> = {}
  for (const path of documents) openapi[path] = withoutProse(await read(access, `/openapi/v3/${path}`))
  write('openapi', openapi)
  write('discovery', {
    '/version': await read(access, '/version'),
    '/api': await read(access, '/api', aggregated),
    '/apis': await read(access, '/apis', aggregated),
  })
} finally {
  await controlPlane.stop()
}

async function read(access: Access, path: string, accept?: string): Promise<unknown> {
  const { status, body } = await get(access, path, accept)
  if (status !== 200) throw new Error(`${path} answered ${status}: ${body}`)
  return JSON.parse(body)
}

/** Descriptions are most of the text and nothing depends on them. A field called `description` is an object, and stays. */
function withoutProse(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutProse)
  if (typeof value !== 'object' || value === null) return value
  const kept = Object.entries(value).filter(
    ([name, inner]) => name !== 'description' || typeof inner !== 'string',
  )
  return Object.fromEntries(kept.map(([name, inner]) => [name, withoutProse(inner)]))
}

function write(name: string, value: unknown): void {
  const text = Buffer.from(JSON.stringify(value))
  const packed = brotliCompressSync(text, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      // The documents repeat one another's definitions: a window over all of them.
      [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
      [constants.BROTLI_PARAM_SIZE_HINT]: text.length,
    },
  })
  writeFileSync(join(target, `${name}.json.br`), packed)
  console.log(`${name}: ${text.length} bytes, ${packed.length} compressed`)
}
