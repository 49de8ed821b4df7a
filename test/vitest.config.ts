import { execFileSync } from 'node:child_process'
import { delimiter, dirname, join } from 'node:path'
import { defineConfig } from 'vitest/config'

const root = join(import.meta.dirname, '..')

/** What a test needs is in its file name; `unit` needs nothing but Git and Node, and little time. */
const special = ['git', 'demo', 'faults', 'cluster', 'peers', 'browser', 'electron', 'smoke'] as const

function project(name: 'unit' | (typeof special)[number]) {
  const slow = name !== 'unit'
  return {
    test: {
      name,
      root,
      include: name === 'unit' ? ['test/**/*.test.{ts,tsx}'] : [`test/**/*.${name}.test.ts`],
      exclude: [
        'test/house/fixtures/**',
        ...(slow ? [] : special.map((kind) => `test/**/*.${kind}.test.ts`)),
      ],
      isolate: false,
      testTimeout: slow ? 120_000 : 30_000,
      hookTimeout: slow ? 180_000 : 60_000,
      setupFiles: [join(root, 'test/helpers/setup.ts')],
      ...(name === 'cluster' || name === 'browser'
        ? { globalSetup: [join(root, 'test/control-plane/global-setup.ts')] }
        : {}),
      // The heavy suites share one control plane and two cores: one file after the other. Those of git wait for git: two at a time, also on two cores.
      ...(slow && name !== 'git' && name !== 'demo' ? { fileParallelism: false } : {}),
      ...(name === 'git' ? { maxWorkers: 2 } : {}),
    },
  }
}

/**
 * Other versions of git, each an executable called `git` in a folder of its own: `WHEELHOUSE_TEST_GITS=/a/git:/b/git`. The suites of the write path
 * run on each as the project `git-<version>`; both the tests' own calls and ours find it first on the PATH.
 */
function onOtherGits() {
  const paths = (process.env.WHEELHOUSE_TEST_GITS ?? '').split(delimiter).filter((path) => path !== '')
  return paths.map((path) => {
    const version = /\d+(?:\.\d+)+/.exec(execFileSync(path, ['version'], { encoding: 'utf8' }))?.[0]
    const { test } = project('faults')
    return {
      test: {
        ...test,
        name: `git-${version}`,
        include: ['test/engine/git/*.{git,faults}.test.ts', 'test/engine/draft/*.git.test.ts'],
        env: { PATH: `${dirname(path)}${delimiter}${process.env.PATH}` },
      },
    }
  })
}

export default defineConfig({
  root,
  test: { projects: [project('unit'), ...special.map(project), ...onOtherGits()], reporters: ['default'] },
})
