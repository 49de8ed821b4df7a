import { expect, test } from 'vitest'
import type { AppSpec } from '#contract'
import { movedFrom, relocated, specBefore } from '#core'

/** `path oid` for each file. */
const files = (...lines: readonly string[]) =>
  lines.map((line) => {
    const [path = '', oid = ''] = line.split(' ')
    return { path, oid }
  })

test.each([
  ['all files the same', ['web/a 1', 'web/b 2'], ['apps/web/a 1', 'apps/web/b 2'], 'web'],
  ['half of them edited on the way', ['web/a 1', 'web/b 2'], ['apps/web/a 1', 'apps/web/b 3'], 'web'],
  ['from the root', ['a 1', 'b 2'], ['apps/web/a 1', 'apps/web/b 2'], '.'],
  ['with folders below', ['web/x/a 1', 'web/b 2'], ['apps/web/x/a 1', 'apps/web/b 2'], 'web'],
  ['together with its like', ['s/web/a 1', 'p/web/a 1'], ['apps/web/a 1', 'p2/web/a 1'], undefined],
  ['told by the name', ['staging/a 1', 'web/a 1'], ['apps/web/a 1', 'apps/staging/a 1'], 'web'],
  ['the better fit', ['x/a 1', 'web/a 1', 'web/b 2'], ['apps/web/a 1', 'apps/web/b 2'], 'web'],
  ['a copy', [], ['apps/web/a 1'], undefined],
  ['less than half', ['web/a 1'], ['apps/web/a 1', 'apps/web/b 2', 'apps/web/c 3'], undefined],
  ['other names', ['web/x 1'], ['apps/web/a 1'], undefined],
  ['other bytes', ['web/a 1'], ['apps/web/a 2'], undefined],
])('the folder that was moved: %s', (_name, removed, added, from) => {
  expect(movedFrom('apps/web', { removed: files(...removed), added: files(...added) })).toBe(from)
})

const spec: AppSpec = {
  name: 'web',
  cloneId: 'c',
  path: 'charts/web',
  branch: 'main',
  tool: 'helm',
  helm: { releaseName: 'web', valuesFiles: ['charts/web/prod.yaml', 'env/prod.yaml', 'env/all.yaml'] },
  cruise: 'off',
}

test('values files went along where they lay in the folder or are found by their bytes', () => {
  const before = specBefore(spec, 'web', {
    removed: files('web/prod.yaml 1', 'prod.yaml 2'),
    added: files('charts/web/prod.yaml 1', 'env/prod.yaml 2'),
  })
  expect([before.path, before.helm?.valuesFiles]).toEqual([
    'web',
    ['web/prod.yaml', 'prod.yaml', 'env/all.yaml'],
  ])
})

test.each([
  ['web/a', 'web', 'apps/web', 'apps/web/a'],
  ['base/a', 'overlays/prod', 'apps/prod', 'base/a'],
  ['base/a', 'overlays/prod', 'x/apps/prod', 'x/base/a'],
  ['overlays/common/a', 'overlays/prod', 'x/prod', 'x/common/a'],
  ['base/a', 'overlays/prod', 'prod', undefined],
  ['a', '.', 'web', 'web/a'],
  ['web/a', 'web', '.', 'a'],
])('%s, seen from %s, is seen from %s as %s', (path, from, to, there) => {
  expect(relocated(path, from, to)).toBe(there)
})
