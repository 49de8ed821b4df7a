import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { badContexts, secretYaml } from './planted-files.ts'
import type { PlantedJob } from './planted-job.ts'

/** All that can go wrong with a secret in its way: manifests, remotes, sign-in to clusters. */
export async function doWhatFails(job: PlantedJob, target: string): Promise<void> {
  for (const [path, text] of wrongFiles(job)) await breakAndMend(job, path, text)
  await refusedPush(job, target)
  await refusedRemote(job, target)
  await refusedClusters(job)
}

/** What people write wrong, by the file that holds the secret then. */
function wrongFiles({ order: { secrets } }: PlantedJob): readonly (readonly [string, string])[] {
  const patch = `- target: { kind: Secret }\n    patch: |-\n      kind: Secret\n      stringData: { pin: "${secrets.patch}" }\n      - [`
  return [
    ['apps/web/secret.yaml', `kind: Secret\nstringData:\n  pin: "${secrets.brokenYaml}\n bad: [\n`],
    ['apps/web/secret.yaml', secretYaml('login', { pin: `*${secrets.brokenAlias}` })],
    ['apps/web/secret.yaml', secretYaml('login', { pin: secrets.misspelt }, 'stringDta')],
    ['apps/web/data.yaml', secretYaml('data', { pin: `"${secrets.notBase64} !"` }, 'data')],
    ['apps/gen/kustomization.yaml', generator(`["${secrets.literal}"]`)],
    ['apps/gen/kustomization.yaml', `${generator('["key=1"]')}patches:\n  ${patch}\n`],
    ['apps/chart/values.yaml', `password: "${secrets.brokenHelm}\n`],
    // The chart complains with the value itself; its schema quotes it.
    ['apps/chart/values.yaml', `password: ${secrets.helmFails}\nweak: true\n`],
    ['apps/chart/values.yaml', `password: ${secrets.helmSchema}\nlength: long\n`],
  ]
}

function generator(literals: string): string {
  return `secretGenerator:\n  - name: made\n    literals: ${literals}\n`
}

async function breakAndMend(job: PlantedJob, path: string, text: string): Promise<void> {
  const { repo, client } = job
  const before = contentOf(join(repo.clone, path))
  const commit = repo.commit(`break ${path}`, { [path]: text })
  repo.push()
  const app = job.apps.find(({ spec }) => path.startsWith(`${spec.path}/`))
  if (app === undefined) throw new Error(`${path} is no app's.`)
  await job.attempt(() => client.call('apps.refresh', { appId: app.id }))
  await job.attempt(() => job.sync(app.id))
  await job.attempt(() => client.call('commit.show', { appId: app.id, commit }))
  repo.commit(`mend ${path}`, { [path]: before })
  repo.push()
  await job.attempt(() => client.call('apps.refresh', { appId: app.id }))
}

function contentOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return null
  }
}

/** The remote's hook quotes what it found, as scanners of secrets do. */
async function refusedPush(job: PlantedJob, target: string): Promise<void> {
  const { repo, order } = job
  const hook = join(repo.remote, 'hooks', 'pre-receive')
  writeFileSync(hook, `#!/bin/sh\necho 'found a leak, password: ${order.secrets.rejected}' >&2\nexit 1\n`)
  chmodSync(hook, 0o755)
  const operation = await job.land({ kind: 'return', commit: target })
  if (operation.failure?.code !== 'PUSH_REFUSED') throw new Error('The push was not refused.')
  writeFileSync(hook, '#!/bin/sh\nexit 0\n')
}

/** A server that knows nobody, asked with a password in its URL, then with those of credential helpers. */
async function refusedRemote(job: PlantedJob, target: string): Promise<void> {
  const { repo, client, cloneId, order } = job
  const { url, helper, inlineHelper } = order.secrets
  const server = createServer((_request, response) =>
    response.writeHead(401, { 'www-authenticate': 'Basic realm="planted"' }).end('who are you?'),
  )
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  const script = join(order.dir, 'helper')
  const answer = (password: string) => `echo username=ada; echo password=${password}`
  writeFileSync(script, `#!/bin/sh\n${answer(helper)}\n`)
  chmodSync(script, 0o755)
  const tries = [
    [`http://ada:${encodeURIComponent(url)}@127.0.0.1:${port}/x.git`, script],
    [`http://127.0.0.1:${port}/x.git`, script],
    [`http://127.0.0.1:${port}/x.git`, `!f() { ${answer(inlineHelper)}; }; f`],
    [`http://ada:${encodeURIComponent(url)}@127.0.0.1:9/x.git`, script],
  ] as const
  for (const [remote, program] of tries) {
    repo.git('remote', 'set-url', 'origin', remote)
    repo.git('config', 'credential.helper', program)
    const { fingerprint } = await client.call('clones.inspect', { cloneId })
    await client.call('clones.trust', { cloneId, fingerprint })
    await job.attempt(() => client.call('clones.fetch', { cloneId }))
    await job.attempt(() => job.land({ kind: 'return', commit: target }))
  }
  repo.git('remote', 'set-url', 'origin', repo.remote)
  await new Promise((done) => server.close(done))
}

async function refusedClusters(job: PlantedJob): Promise<void> {
  const { client } = job
  const { id: appId, spec } = job.app('web')
  const { namespace } = job.order
  for (const context of badContexts) {
    await client.call('apps.update', { appId, spec: { ...spec, destination: { context, namespace } } })
    await job.attempt(() => client.call('apps.refresh', { appId }))
    await job.attempt(() => client.call('plan.create', { appId }))
    await job.attempt(() => client.call('connections.retry', { context }))
  }
  await client.call('apps.update', { appId, spec })
}
