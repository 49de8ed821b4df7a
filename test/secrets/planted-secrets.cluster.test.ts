import { randomBytes } from 'node:crypto'
import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { sharedControlPlane } from '../control-plane/shared.ts'
import type { User } from '../control-plane/users.ts'
import { planted } from './planted-order.ts'
import type { PlantedOrder, PlantedSecrets } from './planted-order.ts'
import { filesBelow, findPlanted } from './search.ts'

const plane = sharedControlPlane()

type Kubeconfig = {
  readonly clusters: readonly { readonly cluster: Readonly<Record<string, unknown>> }[]
  readonly users: readonly { readonly user: { readonly token: string } }[]
}

const kubeconfigOf = (user: User) => JSON.parse(readFileSync(plane.kubeconfigFor(user), 'utf8')) as Kubeconfig
const tokenOf = (user: User) => kubeconfigOf(user).users[0]?.user.token ?? ''

/** With a slash and a plus in it, so that each encoding looks different. */
const random = () => `hush-${randomBytes(6).toString('hex')}/${randomBytes(6).toString('hex')}+z`

type Run = {
  /** `name: place` of each secret that was found outside. */
  readonly found: readonly string[]
  /** All that was said, for what the run must have met. */
  readonly said: string
}

/** The whole main job with secrets planted, in a process of its own. */
async function run(nodeFlags: readonly string[] = []): Promise<Run> {
  const dir = mkdtempSync(join(tmpdir(), 'wheelhouse-planted-'))
  const space = await plane.namespace('planted')
  const secrets = Object.fromEntries(planted.map((name) => [name, random()])) as PlantedSecrets
  const tokens = { admin: tokenOf('admin'), outsider: tokenOf('outsider') }
  // What the engine and its children may write to, each searched afterwards.
  const searched = ['out', 'data', 'home', 'temporary'].map((name) => join(dir, name))
  const [out = '', dataDir = '', home = '', temporary = ''] = searched
  for (const folder of searched) mkdirSync(folder)
  const order: PlantedOrder = {
    secrets,
    tokens,
    cluster: kubeconfigOf('admin').clusters[0]?.cluster ?? {},
    kubeconfig: plane.kubeconfig,
    kubectlCommand: plane.kubectlCommand,
    kubectlCache: plane.kubectlCache,
    namespace: space.name,
    dir,
    dataDir,
    out,
  }
  writeFileSync(join(dir, 'order.json'), JSON.stringify(order))
  const env = {
    ...process.env,
    HOME: home,
    XDG_CONFIG_HOME: join(home, '.config'),
    XDG_CACHE_HOME: join(home, '.cache'),
    TMPDIR: temporary,
    AWS_SECRET_ACCESS_KEY: secrets.processEnv,
  }
  try {
    await promisify(execFile)(
      process.execPath,
      [...nodeFlags, join(import.meta.dirname, 'planted-run.ts'), join(dir, 'order.json')],
      { env, maxBuffer: 64 * 1024 * 1024 },
    )
    const places = searched.flatMap(filesBelow)
    expect(places.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['frames', 'failures', 'log', 'export', 'command-line']),
    )
    return {
      found: findPlanted({ ...secrets, ...tokens }, places),
      said: ['frames', 'command-line'].map((name) => readFileSync(join(out, name), 'utf8')).join(''),
    }
  } finally {
    await space.remove()
    if (process.env.WHEELHOUSE_KEEP === undefined)
      rmSync(dir, { recursive: true, force: true, maxRetries: 5 })
  }
}

// Twice a minute and a half where nothing else runs.
const timeout = 900_000

test(
  'no planted secret is in a frame, a log, a failure, a journal, a file, an export or a line of output',
  { timeout },
  async () => {
    const { found, said } = await run()
    expect(found).toEqual([])
    // Nothing was found because nothing was told, not because nothing went wrong.
    const codes = [...said.matchAll(/"code": ?"([A-Z_]+)"/g)].map(([, code]) => code)
    expect([...new Set(codes)]).toEqual(expect.arrayContaining(met))
    expect(said).toContain('kubeconfig-broken: ')
  },
)

/** What the run goes through, by what is said of it. */
const met = [
  'KUBE_UNAUTHORIZED',
  'KUBE_FORBIDDEN',
  'KUBE_EXEC_FAILED',
  'KUBE_TLS',
  'KUBE_UNREACHABLE',
  'KUBE_INVALID',
  'MANIFEST_INVALID',
  'RENDER_FAILED',
  'PUSH_REFUSED',
  'REMOTE_CREDENTIALS',
  'REMOTE_UNREACHABLE',
]

test('without redaction the same search over the same run finds them', { timeout }, async () => {
  const { found } = await run(['--import', join(import.meta.dirname, 'without-redaction.ts')])
  const names = new Set(found.map((line) => line.split(':')[0]))
  expect([...names]).toEqual(
    expect.arrayContaining(['stringData', 'data', 'generated', 'changed', 'drift', 'helm', 'execWords']),
  )
})
