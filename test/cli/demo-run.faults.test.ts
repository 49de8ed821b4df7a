import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { openDemoPort } from '#demo'

const workspace = mkdtempSync(join(tmpdir(), 'wheelhouse-cli-'))
const demo = join(workspace, 'demo')
afterAll(async () => {
  await openDemoPort(demo).stop()
  rmSync(workspace, { recursive: true, force: true, maxRetries: 5 })
})

function wheelhouse(...args: readonly string[]) {
  return spawnSync(process.execPath, ['src/cli/main.ts', '--workspace', workspace, ...args], {
    encoding: 'utf8',
    // One that does not end must fail its test, and not hold up all others.
    timeout: 100_000,
  })
}

function git(...args: readonly string[]): string {
  return execFileSync('git', ['--git-dir', join(demo, 'shop-config.git'), ...args], {
    encoding: 'utf8',
  }).trim()
}

async function clusterSays(path: string): Promise<unknown> {
  const { url, token } = JSON.parse(readFileSync(join(demo, 'cluster/cluster.json'), 'utf8')) as {
    readonly url: string
    readonly token: string
  }
  return (await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${token}` } })).json()
}

test('upgrade tells what came since the last sync that succeeded', () => {
  expect(wheelhouse('demo').status).toBe(0)
  const { stdout, status } = wheelhouse('upgrade', 'shop-web')
  const [ends, image, versions, ...commits] = stdout.trimEnd().split('\n')
  const tip = git('rev-parse', '--short=7', 'main')
  expect(status).toBe(0)
  expect(ends).toMatch(new RegExp(`^[0-9a-f]{7} -> ${tip}$`))
  expect(git('log', '-1', '--format=%s', `${ends?.slice(0, 7)}..${tip}`)).toBe('web: 1.6.0 to prod')
  expect(image).toBe('registry.shop.example/web 1.5.0 -> 1.6.0-crash: 5 commits of web')
  expect(versions).toMatch(/ \(tag v1\.5\.0\) -> [0-9a-f]{7} \(tag v1\.6\.0-crash\)$/)
  expect(commits).toHaveLength(5)
})

test('demo --run does the whole job, and the cluster and the remote say the same from outside', async () => {
  const run = wheelhouse('demo', '--run')
  expect(run.stderr).toBe('')
  expect(run.status).toBe(0)
  const told = run.stdout.split('\n').filter((line) => line.startsWith('shop-web: '))
  expect(told.map((line) => /^shop-web: (.*) \(/.exec(line)?.[1])).toEqual([
    'degraded at first',
    'healthy again',
    'healthy with five',
    'healthy with three',
  ])
  expect(Number(git('rev-list', '--count', 'main'))).toBe(25 + 3)
  expect(git('log', '-3', '--format=%s', 'main').split('\n')).toEqual([
    'Undo "Scale shop-web: web 3 -> 5" for shop-web',
    'Scale shop-web: web 3 -> 5',
    expect.stringContaining('Return shop-web to '),
  ])
  expect(git('fsck', '--strict', '--no-dangling', '--no-progress')).toBe('')
  expect(await clusterSays('/apis/apps/v1/namespaces/shop/deployments/web')).toMatchObject({
    spec: { replicas: 3, template: { spec: { containers: [{ image: 'registry.shop.example/web:1.5.0' }] } } },
    status: { readyReplicas: 3 },
  })
})

test.each([
  ['status is 0 when synced and healthy', ['status', 'shop-web'], 0],
  ['diff is 0 when nothing differs', ['diff', 'shop-web'], 0],
  ['an app that is not there is a failure', ['status', 'nothing'], 2],
  ['a commit that is already there is refused', ['return', 'shop-web', 'HEAD~0', '--dry-run'], 3],
  ['a commit that is not there is not understood', ['return', 'shop-web', 'no-such', '--dry-run'], 2],
  ['a scale to the same number is refused', ['scale', 'shop-web', 'Deployment/web', '3', '--dry-run'], 3],
  ['without --yes and without a terminal nothing is done', ['scale', 'shop-web', 'Deployment/web', '4'], 3],
  ['a number that is none is not understood', ['scale', 'shop-web', 'Deployment/web', 'many'], 2],
  ['an unknown command is not understood', ['frobnicate'], 2],
  ['render prints YAML', ['render', 'shop-api'], 0],
  ['the doctor is content here', ['doctor'], 0],
] as const)('%s', (_title, args, code) => {
  const run = wheelhouse(...args)
  expect(`${run.status} ${run.stderr}`).toMatch(new RegExp(`^${code} `))
})

test('JSON is for scripts: nothing else is on standard output', () => {
  const rows = JSON.parse(wheelhouse('-o', 'json', 'timeline', 'shop-web', '--all').stdout) as readonly {
    readonly effect: string
    readonly commit: { readonly subject: string }
  }[]
  expect(rows.map(({ commit }) => commit.subject)).toContain('web: 1.5.0 to prod')
  expect(JSON.parse(wheelhouse('-o', 'json', 'diff', 'shop-jobs').stdout)).toMatchObject({ synced: true })
})

test('an app is made on the spot from a folder of a clone', () => {
  const flags = [
    '--repo',
    join(demo, 'shop-config'),
    '--path',
    'apps/shop-web/overlays/staging',
    '--tool',
    'kustomize',
  ]
  const run = wheelhouse(...flags, 'render')
  expect(run.status).toBe(0)
  expect(run.stdout).toContain('namespace: shop-staging')
  expect(wheelhouse(...flags, 'timeline').stdout).toContain('web: 1.5.0 to staging')
})
