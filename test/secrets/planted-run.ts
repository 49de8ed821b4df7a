import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createKubectl, mustKubectl } from '../control-plane/kubectl.ts'
import { createTestRepo } from '../helpers/repo.ts'
import { doWhatFails } from './planted-failures.ts'
import { appFiles, secretYaml, writeKubeconfigs } from './planted-files.ts'
import { mustBeDone, openPlantedJob } from './planted-job.ts'
import type { PlantedJob } from './planted-job.ts'
import type { PlantedOrder } from './planted-order.ts'

// The main job over apps full of secrets, in a process of its own. All that leaves the engine is written below `order.out`.

const order = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as PlantedOrder
const { secrets, namespace } = order
mkdirSync(order.out, { recursive: true })

const kubectl = createKubectl({
  command: order.kubectlCommand,
  kubeconfig: order.kubeconfig,
  cacheDir: order.kubectlCache,
})
const kube = (args: readonly string[], input?: string) =>
  mustKubectl(kubectl, ['-n', namespace, ...args], input)

const kubeconfigs = writeKubeconfigs(order)
const repo = createTestRepo({ parent: order.dir })
await kube(['apply', '-f', '-'], secretYaml('adopted', { key: secrets.applied }))
const first = repo.commit('web: first', appFiles(secrets))
repo.push()

const job = await openPlantedJob(order, repo, kubeconfigs.good)
await doTheMainJob(job)
await doWhatFails(job, first)
await readTheRest(job)
await job.close()
await useTheCommandLine()
process.exit(0)

async function doTheMainJob({ client, apps, app, session, sync, land }: PlantedJob): Promise<void> {
  const { id: appId } = app('web')
  for (const { id } of apps) mustBeDone(await sync(id))
  const changed = repo.commit('web: another password', {
    'apps/web/secret.yaml': secretYaml('login', { pin: secrets.changed }),
  })
  repo.push()
  await client.call('apps.refresh', { appId })
  await kube(['patch', 'secret', 'data', '-p', JSON.stringify({ stringData: { pin: secrets.drift } })])
  await session.rowWhere(appId, (row) => row.sync.status === 'out-of-sync')
  mustBeDone(await sync(appId))
  for await (const { ready } of client.stream('timeline.watch', { appId })) if (ready === true) break
  for (const commit of [first, changed]) await client.call('commit.show', { appId, commit })
  await askWhereFrom(client, [
    { appId, name: 'login', path: '.stringData.pin' },
    { appId, name: 'data', path: '.data' },
    { appId, name: 'listed', path: '.stringData.key' },
    { appId: app('chart').id, name: 'charted', path: '.stringData' },
  ])
  mustBeDone(await land({ kind: 'return', commit: first }))
  mustBeDone(await land({ kind: 'undo', commits: [repo.git('rev-parse', 'HEAD')] }))
  const key = { group: 'apps', kind: 'Deployment', namespace, name: 'web' }
  mustBeDone(await land({ kind: 'scale', edits: [{ key, replicas: 2 }] }))
}

/** The lines of secret values, in Git and in the cluster. */
async function askWhereFrom(
  client: PlantedJob['client'],
  fields: readonly { readonly appId: string; readonly name: string; readonly path: string }[],
): Promise<void> {
  for (const { appId, name, path } of fields) {
    const key = { group: '', kind: 'Secret', namespace, name }
    const { origins } = await client.call('blame.field', { appId, key, path, live: true })
    if (!origins.some(({ certainty }) => certainty === 'proved'))
      throw new Error(`${name} ${path}: no origin.`)
  }
}

async function readTheRest({ client, write }: PlantedJob): Promise<void> {
  await client.call('doctor.run', {})
  for (const format of ['markdown', 'json'] as const)
    write('export', (await client.call('operations.export', { format })).text)
}

/** Each command in text and in JSON, over drift on a Secret again. */
async function useTheCommandLine(): Promise<void> {
  const main = join(import.meta.dirname, '../../src/cli/main.ts')
  const flags = ['--workspace', order.dataDir, '--kubeconfig', kubeconfigs.good]
  const commands = [
    ['status'],
    ['timeline', 'web'],
    ['diff', 'web'],
    ['blame', 'web', 'Secret/data', '.data.pin', '--live'],
    ['blame', 'chart', 'Secret/charted', '.stringData.pin'],
    ['return', 'web', first, '--dry-run'],
    ['scale', 'web', 'Deployment/web', '3', '--dry-run'],
    ['sync', 'web', '--yes'],
    ['diff', 'gen'],
    ['diff', 'chart'],
    ['doctor'],
    ['--kubeconfig', kubeconfigs.broken, 'doctor'],
    ['--kubeconfig', kubeconfigs.broken, 'status', 'web'],
  ]
  await kube(['patch', 'secret', 'data', '-p', JSON.stringify({ stringData: { pin: secrets.drift } })])
  for (const command of commands)
    for (const output of ['json', 'text']) {
      const { code, text } = await run([main, ...flags, '-o', output, ...command])
      job.write('command-line', `${output} ${command.join(' ')}: ${code}\n${text}`)
    }
}

async function run(args: readonly string[]): Promise<{ readonly code: string; readonly text: string }> {
  return new Promise((done) =>
    execFile(
      process.execPath,
      [...process.execArgv, ...args],
      { timeout: 60_000, maxBuffer: 64 * 1024 * 1024 },
      (error, stdout, stderr) => done({ code: String(error?.code ?? 0), text: `${stdout}\n${stderr}` }),
    ),
  )
}
