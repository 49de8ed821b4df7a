import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import type { AppRow, DraftAction } from '#contract'
import { CallError } from '#contract'
import { createKubectl, mustKubectl } from '../control-plane/kubectl.ts'
import { yes } from '../engine/journey/scene.ts'
import { createTestRepo } from '../helpers/repo.ts'
import { openTestSession } from '../helpers/session.ts'
import type { PlantedOrder } from './planted-order.ts'

// The main job over an app full of secrets, in a process of its own. All that leaves the engine is written below `order.out`.

const order = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as PlantedOrder
const { secrets, namespace } = order
mkdirSync(order.out, { recursive: true })
const write = (name: string, text: string) => appendFileSync(join(order.out, name), `${text}\n`)

const kubeconfig = writeKubeconfig()
const kubectl = createKubectl({
  command: order.kubectlCommand,
  kubeconfig: order.kubeconfig,
  cacheDir: order.kubectlCache,
})
const kube = (args: readonly string[], input?: string) =>
  mustKubectl(kubectl, ['-n', namespace, ...args], input)

const secret = (name: string, values: Readonly<Record<string, string>>, field = 'stringData') =>
  `apiVersion: v1\nkind: Secret\nmetadata:\n  name: ${name}\n${field}:\n${Object.entries(values)
    .map(([key, value]) => `  ${key}: ${value}\n`)
    .join('')}`

const repo = createTestRepo({ parent: order.out.replace(/out$/, '') })
await kube(['apply', '-f', '-'], secret('adopted', { key: secrets.applied }))
const first = repo.commit('web: first', {
  'apps/web/secret.yaml': secret('login', { password: secrets.stringData }),
  'apps/web/data.yaml': secret('data', { password: base64(secrets.data) }, 'data'),
  'apps/web/adopted.yaml': secret('adopted', { key: secrets.applied }),
  'apps/web/list.yaml': `apiVersion: v1\nkind: List\nitems:\n  - ${secret('listed', { key: secrets.listed }).trimEnd().replaceAll('\n', '\n    ')}\n`,
  'apps/gen/kustomization.yaml': `secretGenerator:\n  - name: made\n    literals: ["key=${secrets.generated}"]\n`,
  'apps/chart/Chart.yaml': 'apiVersion: v2\nname: chart\nversion: 1.0.0\n',
  'apps/chart/values.yaml': `password: ${secrets.helm}\n`,
  'apps/chart/templates/secret.yaml': secret('charted', { password: '{{ .Values.password }}' }),
})
repo.push()

const session = await openTestSession({
  kubeconfig,
  dataDir: order.dataDir,
  onFrame: (frame) => write('frames', JSON.stringify(frame)),
})
const { client } = session

/** A call that is meant to fail, or may: its failure is kept beside the frames. */
async function attempt(call: () => Promise<unknown>): Promise<void> {
  try {
    await call()
  } catch (error) {
    write('failures', error instanceof CallError ? JSON.stringify(error.failure) : String(error))
  }
}

const clone = await client.call('clones.add', { path: repo.clone })
const apps: AppRow[] = []
const specs = (await client.call('apps.discover', { cloneId: clone.id })).map(({ spec }) => spec)
for (const spec of specs) {
  const app = await client.call('apps.add', {
    ...spec,
    destination: { context: 'planted', namespace },
  })
  apps.push(await session.rowWhere(app.id, ({ sync }) => sync.status !== 'unknown'))
}
const web = apps.find(({ name }) => name === 'web')
const spec = specs.find(({ name }) => name === 'web')
if (web === undefined || spec === undefined) throw new Error('web was not discovered.')
const appId = web.id

await Promise.all(apps.map((app) => syncNow(app.id)))
const changed = repo.commit('web: another password', {
  'apps/web/secret.yaml': secret('login', { password: secrets.changed }),
})
repo.push()
await client.call('apps.refresh', { appId })
await kube(['patch', 'secret', 'data', '-p', JSON.stringify({ stringData: { password: secrets.drift } })])
await syncNow(appId)
await readTimeline()
for (const commit of [first, changed]) await client.call('commit.show', { appId, commit })
await land({ kind: 'return', commit: first })
await land({ kind: 'undo', commits: [repo.git('rev-parse', 'HEAD')] })

// What goes wrong, each with the secret in its way.
await broken(
  'apps/web/secret.yaml',
  `kind: Secret\nstringData:\n  password: "${secrets.brokenYaml}\n bad: [\n`,
)
await broken('apps/web/data.yaml', secret('data', { password: `"${secrets.notBase64} !"` }, 'data'))
await broken(
  'apps/gen/kustomization.yaml',
  `secretGenerator:\n  - name: made\n    literals: ["${secrets.literal}"]\n`,
)
await broken('apps/chart/values.yaml', `password: "${secrets.brokenHelm}\n`)
repo.git('remote', 'set-url', 'origin', `http://user:${secrets.url}@127.0.0.1:9/x.git`)
await attempt(() => client.call('clones.inspect', { cloneId: clone.id }))
const trust = await client.call('clones.inspect', { cloneId: clone.id })
await attempt(() => client.call('clones.trust', { cloneId: clone.id, fingerprint: trust.fingerprint }))
await attempt(() => client.call('clones.fetch', { cloneId: clone.id }))
await attempt(() => land({ kind: 'return', commit: first }))
for (const context of ['refused', 'exec', 'exec-prints', 'certificate']) {
  await client.call('apps.update', { appId, spec: { ...spec, destination: { context, namespace } } })
  await attempt(() => client.call('plan.create', { appId }))
  await attempt(() => client.call('apps.refresh', { appId }))
}
await client.call('doctor.run', {})
write('export', (await client.call('operations.export', { format: 'markdown' })).text)
write('export', (await client.call('operations.export', { format: 'json' })).text)
for (const line of session.log) write('log', line)
await session.close('keep')

for (const args of [
  ['status'],
  ['timeline', 'gen'],
  ['diff', 'gen'],
  ['-o', 'json', 'diff', 'gen'],
  ['doctor'],
]) {
  const main = join(import.meta.dirname, '../../src/cli/main.ts')
  const flags = ['--workspace', order.dataDir, '--kubeconfig', kubeconfig]
  const { stdout, stderr } = spawnSync(process.execPath, [...process.execArgv, main, ...flags, ...args], {
    encoding: 'utf8',
    timeout: 60_000,
  })
  write('command-line', `${args.join(' ')}\n${stdout}\n${stderr}`)
}
process.exit(0)

function base64(text: string): string {
  return Buffer.from(text).toString('base64')
}

async function syncNow(id: string): Promise<void> {
  const plan = await client.call('plan.create', { appId: id })
  for (const { key } of plan.changes) await attempt(() => client.call('plan.diff', { planId: plan.id, key }))
  await attempt(async () => {
    const approved = { planId: plan.id, fingerprint: plan.fingerprint, decisions: yes }
    await session.ended((await client.call('sync.run', approved)).operationId)
  })
}

async function land(action: DraftAction): Promise<void> {
  const draft = await client.call('draft.create', { appId, action, shared: 'exclude' })
  const plan = await client.call('draft.plan', { draftId: draft.id })
  await attempt(async () => {
    const { operationId } = await client.call('draft.land', {
      draftId: draft.id,
      fingerprint: draft.fingerprint,
      message: { subject: draft.message.subject, body: draft.message.body },
      acceptNotRendering: true,
      sync: { planId: plan.id, fingerprint: plan.fingerprint, decisions: yes },
    })
    await session.ended(operationId)
  })
}

async function broken(path: string, text: string): Promise<void> {
  const before = readFileSync(join(repo.clone, path), 'utf8')
  const commit = repo.commit(`break ${path}`, { [path]: text })
  repo.push()
  const app = apps.find((one) => path.startsWith(`${one.path}/`))
  if (app === undefined) throw new Error(`${path} is no app's.`)
  await attempt(() => client.call('apps.refresh', { appId: app.id }))
  await attempt(() => syncNow(app.id))
  await attempt(() => client.call('commit.show', { appId: app.id, commit }))
  repo.commit(`mend ${path}`, { [path]: before })
  repo.push()
}

async function readTimeline(): Promise<void> {
  for await (const { ready } of client.stream('timeline.watch', { appId })) if (ready) return
}

/** The administrator, and users that cannot sign in, each with something that must not be told. */
function writeKubeconfig(): string {
  const { cluster, token } = order
  const exec = (script: string) => ({
    exec: {
      apiVersion: 'client.authentication.k8s.io/v1',
      command: 'sh',
      args: ['-c', script],
      env: [{ name: 'SIGN_IN', value: secrets.execEnv }],
      interactiveMode: 'Never',
    },
  })
  const printed = {
    apiVersion: 'client.authentication.k8s.io/v1',
    kind: 'ExecCredential',
    status: { token: secrets.execToken },
  }
  const users = {
    planted: { token },
    refused: { token: secrets.token },
    exec: exec(`echo "token=${secrets.execWords}" >&2; exit 1`),
    'exec-prints': exec(`echo '${JSON.stringify(printed)}'`),
    certificate: {
      'client-certificate-data': base64(secrets.certificate),
      'client-key-data': base64(secrets.clientKey),
    },
  }
  const file = join(order.out, '..', 'kubeconfig')
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'planted',
    clusters: [{ name: 'planted', cluster }],
    users: Object.entries(users).map(([name, user]) => ({ name, user })),
    contexts: Object.keys(users).map((name) => ({ name, context: { cluster: 'planted', user: name } })),
  }
  writeFileSync(file, JSON.stringify(config), { mode: 0o600 })
  return file
}
