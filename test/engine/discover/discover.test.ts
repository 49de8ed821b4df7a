import { describe, expect, it } from 'vitest'
import { AppName } from '#contract'
import type { AppSpec } from '#contract'
import { discoverApps } from '../../../src/engine/discover/index.ts'
import type { DiscoverRequest } from '../../../src/engine/discover/index.ts'
import type { TreeEntry } from '../../../src/engine/git/index.ts'

type Files = Readonly<Record<string, string>>

/** A tree in memory that counts what is read of it. */
function tree(files: Files) {
  const read: string[] = []
  const list = (dir: string): Promise<readonly TreeEntry[] | undefined> => {
    const prefix = dir === '.' || dir === '' ? '' : `${dir}/`
    const names = new Map<string, TreeEntry['kind']>()
    for (const path of Object.keys(files)) {
      if (!path.startsWith(prefix)) continue
      const [name = '', ...rest] = path.slice(prefix.length).split('/')
      names.set(name, rest.length > 0 ? 'dir' : files[path] === '->' ? 'symlink' : 'file')
    }
    const entries = [...names].map(([name, kind]) => ({ name, kind, oid: '0'.repeat(40), mode: '100644' }))
    return Promise.resolve(entries.length === 0 ? undefined : entries)
  }
  return {
    read,
    source: {
      list,
      read: (path: string) => {
        read.push(path)
        const text = files[path]
        return Promise.resolve(text === undefined ? undefined : new TextEncoder().encode(text))
      },
    },
  }
}

async function discover(files: Files, more: Partial<DiscoverRequest> = {}) {
  const request = {
    source: tree(files).source,
    cloneId: 'c1',
    branch: 'main',
    known: [],
    context: 'ctx',
    ...more,
  }
  return (await discoverApps(request)).apps
}

const summary = async (files: Files) =>
  (await discover(files)).map(({ spec }) => [spec.name, spec.tool, spec.path, spec.destination?.namespace])

function manifest(name: string, namespace?: string): string {
  const place = namespace === undefined ? '' : `, namespace: ${namespace}`
  return `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: ${name}${place}}\n`
}

describe('Kustomize', () => {
  const shop: Files = {
    'apps/shop-web/base/kustomization.yaml': 'resources: [web.yaml]\nnamespace: shop\n',
    'apps/shop-web/base/web.yaml': manifest('web'),
    'apps/shop-web/overlays/prod/kustomization.yaml': 'resources:\n- ../../base\n- ../../parts/tls\n',
    'apps/shop-web/overlays/staging/kustomization.yml': 'namespace: shop-staging\nbases: [../../base]\n',
    'apps/shop-web/overlays/staging/patch.yaml': manifest('web'),
    'apps/shop-web/parts/tls/kustomization.yaml':
      'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n',
  }

  it('makes one app of each overlay and none of bases and components', async () => {
    expect(await summary(shop)).toEqual([
      ['shop-web-prod', 'kustomize', 'apps/shop-web/overlays/prod', 'shop'],
      ['shop-web-staging', 'kustomize', 'apps/shop-web/overlays/staging', 'shop-staging'],
    ])
  })

  it('says in words what was found', async () => {
    const apps = await discover(shop)
    expect(apps[0]?.why).toBe('kustomization.yaml on apps/shop-web/base, apps/shop-web/parts/tls')
  })

  it('leaves the environment out of the name where there is only one', async () => {
    const one = Object.fromEntries(Object.entries(shop).filter(([path]) => !path.includes('staging')))
    expect((await summary(one))[0]?.[0]).toBe('shop-web')
  })

  it('takes the namespace that the manifests agree on, else the name', async () => {
    const files = {
      'a/kustomization.yaml': 'resources: [x.yaml]\n',
      'a/x.yaml': manifest('x', 'team'),
      'b/kustomization.yaml': 'resources: [x.yaml, y.yaml]\n',
      'b/x.yaml': manifest('x', 'one'),
      'b/y.yaml': manifest('y', 'two'),
    }
    expect((await summary(files)).map(([name, , , namespace]) => [name, namespace])).toEqual([
      ['a', 'team'],
      ['b', 'b'],
    ])
  })

  it('does not take an unused component, a broken file or Flux’s kind of the same name for one', async () => {
    const files = {
      'part/kustomization.yaml': 'kind: Component\n',
      'broken/kustomization.yaml': 'resources: [\n',
      'flux/kustomization.yaml':
        'apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: x, namespace: flux-system}\n',
    }
    expect(await summary(files)).toEqual([])
  })

  it('leaves remote bases alone and survives a loop and paths that lead out of the repository', async () => {
    const files = {
      'a/kustomization.yaml': 'resources: [../b, "https://example.com/x?ref=v1", ../../../out]\n',
      'b/kustomization.yaml': 'resources: [../a]\n',
      'c/kustomization.yaml': 'resources: [../a, .]\n',
    }
    expect(await summary(files)).toEqual([['c', 'kustomize', 'c', 'c']])
  })
})

describe('Helm', () => {
  it('makes one app of each environment’s values file, wherever such files stand', async () => {
    const chart = 'name: api\nversion: 1.0.0\n'
    const files = {
      'apps/one/Chart.yaml': chart,
      'apps/one/values.yaml': 'a: 1\n',
      'apps/one/values-prod.yaml': 'a: 2\n',
      'apps/one/values.staging.yaml': 'a: 3\n',
      'apps/one/values.schema.json': '{}',
      'apps/one/secrets-prod.yaml': 'x: 1\n',
      'apps/one/templates/web.yaml': manifest('{{ .Release.Name }}'),
      'apps/two/Chart.yaml': chart,
      'apps/two/values/dev.yaml': '',
      'apps/three/Chart.yaml': chart,
      'apps/three/envs/qa/values.yaml': '',
    }
    const apps = await discover(files)
    expect(apps.map(({ spec }) => [spec.name, spec.helm])).toEqual([
      ['one-prod', { releaseName: 'one', valuesFiles: ['apps/one/values-prod.yaml'] }],
      ['one-staging', { releaseName: 'one', valuesFiles: ['apps/one/values.staging.yaml'] }],
      ['three', { releaseName: 'three', valuesFiles: ['apps/three/envs/qa/values.yaml'] }],
      ['two', { releaseName: 'two', valuesFiles: ['apps/two/values/dev.yaml'] }],
    ])
    expect(apps[0]?.why).toBe('chart api with values-prod.yaml')
  })

  it('makes one app of a chart without environments, none of libraries, parts and vendored charts', async () => {
    const files = {
      'charts/web/Chart.yaml': 'name: web\ndependencies:\n- {name: common, repository: "file://../common"}\n',
      'charts/web/charts/redis/Chart.yaml': 'name: redis\n',
      'charts/common/Chart.yaml': 'name: common\n',
      'charts/lib/Chart.yaml': 'name: lib\ntype: library\n',
    }
    expect(await summary(files)).toEqual([['web', 'helm', 'charts/web', 'web']])
  })
})

describe('plain manifests', () => {
  it('are apps where neither a chart nor a kustomization claims the folder', async () => {
    const files = {
      'apps/shop-jobs/queue.yaml': manifest('queue', 'jobs'),
      'apps/shop-jobs/worker.json': '{"apiVersion":"v1","kind":"List","items":[]}',
      'apps/web/kustomization.yaml': 'resources: [../../manifests/db, ../../loose/x.yaml]\n',
      'apps/web/extra/pod.yaml': manifest('pod'),
      'manifests/db/db.yaml': manifest('db'),
      'loose/x.yaml': manifest('x'),
      'compose/docker-compose.yaml': 'services: {web: {image: a}}\n',
      '.github/workflows/ci.yaml': manifest('no'),
      'link/a.yaml': '->',
      'root.yaml': 'just: config\n',
    }
    expect(await summary(files)).toEqual([
      ['shop-jobs', 'plain', 'apps/shop-jobs', 'jobs'],
      ['web', 'kustomize', 'apps/web', 'web'],
    ])
  })

  it('at the root of the repository are an app, too', async () => {
    expect(await summary({ 'web.yaml': manifest('web') })).toEqual([['app', 'plain', '.', 'app']])
  })
})

describe('names', () => {
  it('tell apart what has the same name elsewhere, also where environments come first', async () => {
    const files = {
      'clusters/prod/web/a.yaml': manifest('a'),
      'clusters/staging/web/a.yaml': manifest('a'),
      'teams/blue/api/a.yaml': manifest('a'),
      'teams/red/api/a.yaml': manifest('a'),
      'Odd_Näme!/a.yaml': manifest('a'),
      [`${'very-'.repeat(20)}long/a.yaml`]: manifest('a'),
      'k8s/a.yaml': manifest('a'),
    }
    const apps = await discover(files)
    const names = apps.map(({ spec }) => spec.name)
    expect(names).toEqual(
      expect.arrayContaining(['web-prod', 'web-staging', 'blue-api', 'red-api', 'odd-n-me', 'k8s']),
    )
    expect(new Set(names).size).toBe(Object.keys(files).length)
    for (const name of names) expect(AppName.safeParse(name).success, name).toBe(true)
  })

  it('keep known apps as they are and stay clear of their names', async () => {
    const known: AppSpec = {
      name: 'mine',
      cloneId: 'c1',
      path: 'a',
      branch: 'release',
      tool: 'plain',
      cruise: 'report',
    }
    const other: AppSpec = { ...known, name: 'b', cloneId: 'c2', path: 'x' }
    const apps = await discover(
      { 'a/a.yaml': manifest('a'), 'b/b.yaml': manifest('b') },
      { known: [known, other] },
    )
    expect(apps.map(({ spec, known: is }) => [spec.name, is])).toEqual([
      ['b-2', false],
      ['mine', true],
    ])
    expect(apps[1]?.spec).toBe(known)
  })

  it('come without a destination where no context is chosen', async () => {
    const request = {
      source: tree({ 'a/a.yaml': manifest('a') }).source,
      cloneId: 'c',
      branch: 'main',
      known: [],
    }
    expect((await discoverApps(request)).apps[0]?.spec).not.toHaveProperty('destination')
  })
})

describe('bounds', () => {
  it('reads a few files of each folder, not all', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 500 }, (_, n) => [`a/${n}.yaml`, manifest(`x${n}`)]),
    )
    const { source, read } = tree(files)
    await discoverApps({ source, cloneId: 'c', branch: 'main', known: [] })
    expect(read.length).toBeLessThan(10)
  })

  it('stops in a tree without end and says so', async () => {
    const endless = {
      list: () =>
        Promise.resolve([{ name: 'deep', kind: 'dir' as const, oid: '0'.repeat(40), mode: '40000' }]),
      read: () => Promise.resolve(undefined),
    }
    const found = await discoverApps({ source: endless, cloneId: 'c', branch: 'main', known: [] })
    expect(found).toEqual({ apps: [], truncated: true })
  })

  it('passes over binary and oversized files', async () => {
    const files = { 'a/a.yaml': `\0${manifest('a')}`, 'b/b.yaml': manifest('b') + '#'.repeat(600_000) }
    expect(await summary(files)).toEqual([])
  })

  it('ends when it is cancelled', async () => {
    const request = { source: tree({ 'a/a.yaml': '' }).source, cloneId: 'c', branch: 'main', known: [] }
    await expect(discoverApps({ ...request, signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'CANCELLED',
    })
  })
})
