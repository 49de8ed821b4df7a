import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { canonical, parseManifests } from '#core'
import type { Manifest } from '#core'
import { createRenderer } from '../../../src/engine/render/index.ts'
import { peer } from '../../peers/build.ts'
import { treeOf } from './tree-of.ts'
import { testPool } from './test-pool.ts'
import { charts } from './charts.ts'
import { overlays } from './overlays.ts'

const pool = testPool()
const renderer = createRenderer(pool)
const temp = mkdtempSync(join(tmpdir(), 'wheelhouse-corpus-'))
let kustomize = ''
let helm = ''

beforeAll(async () => {
  kustomize = await binary('kustomize')
  helm = await binary('helm')
})
afterAll(() => {
  pool.close()
  rmSync(temp, { recursive: true, force: true })
})

async function binary(name: 'kustomize' | 'helm'): Promise<string> {
  const found = await peer(name)
  if (typeof found !== 'string') throw new Error(found.skipped)
  return found
}

function onDisk(title: string, files: Readonly<Record<string, string>>): string {
  const dir = join(temp, title.replaceAll(/\W+/g, '-'))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true })
    writeFileSync(join(dir, path), text)
  }
  return dir
}

/** Objects in their order, each as canonical JSON: formatting does not count, everything else does. */
function objects(manifests: readonly Manifest[]): readonly string[] {
  return manifests.map(({ object }) => canonical(object))
}

describe('kustomizations render as kustomize build renders them', () => {
  test.each(overlays.map((overlay) => [overlay.title, overlay] as const))('%s', async (title, { files }) => {
    const theirs = execFileSync(kustomize, ['build', 'app'], { cwd: onDisk(title, files), encoding: 'utf8' })
    const ours = await renderer.render({ source: treeOf(files), path: 'app', tool: 'kustomize' })
    expect(ours.problems).toEqual([])
    expect(objects(ours.manifests)).toEqual(objects(parseManifests(theirs).manifests))
  })
})

describe('charts render as helm template renders them', () => {
  test.each(charts.map((chart) => [chart.title, chart] as const))(
    '%s',
    async (title, { files, values = [] }) => {
      const args = [
        'template',
        'rel',
        '.',
        '--include-crds',
        '--namespace',
        'team',
        '--kube-version',
        'v1.36.0',
        ...values.flatMap((file) => ['--values', file]),
      ]
      const theirs = execFileSync(helm, args, {
        cwd: onDisk(title, files),
        encoding: 'utf8',
        env: { ...process.env, HOME: temp },
      })
      const ours = await renderer.render({
        source: treeOf(
          Object.fromEntries(Object.entries(files).map(([path, text]) => [`chart/${path}`, text])),
        ),
        path: 'chart',
        tool: 'helm',
        helm: {
          releaseName: 'rel',
          namespace: 'team',
          valuesFiles: values.map((file) => `chart/${file}`),
          kubeVersion: 'v1.36.0',
        },
      })
      expect(ours.problems).toEqual([])
      expect(objects(ours.manifests)).toEqual(objects(parseManifests(theirs).manifests))
    },
  )
})

test('the corpus is as large as it should be', () => {
  expect(overlays.length).toBeGreaterThanOrEqual(40)
  expect(charts.length).toBeGreaterThanOrEqual(15)
})
