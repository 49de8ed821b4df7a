import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { expect, test } from 'vitest'
import { forbiddenImports, roomOf } from './imports.ts'

const root = join(import.meta.dirname, '../..')

function sources(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
}

const files = ['src', 'electron', 'renderer'].flatMap(sources)

/** One that must fail for each rule: it keeps the guard itself guarded. */
test.each([
  ['a room looks back', 'src/core/manifest/a.ts', "import { x } from '#engine'"],
  ['a type looks back', 'src/contract/a.ts', "import type { X } from '#core'"],
  ['a forward skip through a path', 'src/host/a.ts', "import { x } from '../web/serve-web.ts'"],
  ['a deep import past a door', 'src/host/a.ts', "import { x } from '../engine/git/repo.ts'"],
  ['a deep name behind a door', 'src/host/a.ts', "import { x } from '#engine/git'"],
  ['leaves of the engine see each other', 'src/engine/git/a.ts', "import { x } from '../kube/index.ts'"],
  ['a combining room looks inside a leaf', 'src/engine/draft/a.ts', "import { x } from '../git/repo.ts'"],
  ['timeline sees draft', 'src/engine/timeline/a.ts', "import { x } from '../draft/index.ts'"],
  ['the renderer sees more than the contract', 'renderer/a.ts', "import { x } from '#core'"],
  ['core has Node', 'src/core/a.ts', "import { readFile } from 'node:fs'"],
  ['the renderer has Node', 'renderer/a.ts', "import { join } from 'node:path'"],
  ['somebody else starts children', 'src/engine/git/a.ts', "import { spawn } from 'node:child_process'"],
  [
    'somebody else imports client-node',
    'src/engine/sync/a.ts',
    "const k = await import('@kubernetes/client-node')",
  ],
  ['somebody else imports electron', 'src/host/a.ts', "import { app } from 'electron'"],
  ['React outside the renderer', 'src/web/a.ts', "import { useState } from 'react'"],
  ['an import over several lines', 'src/core/a.ts', "import {\n  x,\n  y,\n} from '#host'"],
])('is refused: %s', (_title, file, text) => {
  expect(forbiddenImports(file, text)).toHaveLength(1)
})

test('every file of the project keeps the rules', () => {
  expect(files.length).toBeGreaterThan(200)
  expect(files.filter((file) => roomOf(file) === undefined)).toEqual([])
  expect(files.flatMap((file) => forbiddenImports(file, readFileSync(join(root, file), 'utf8')))).toEqual([])
})

test('no file is over 300 lines, and the median is near 80', () => {
  const lines = files.map((file) => ({
    file,
    count: readFileSync(join(root, file), 'utf8').split('\n').length - 1,
  }))
  expect(lines.filter(({ count }) => count > 300)).toEqual([])
  const sorted = lines.map(({ count }) => count).toSorted((a, b) => a - b)
  expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThan(100)
})

test('no room is called utils, helpers, common, types or misc', () => {
  expect(files.filter((file) => /\/(utils?|helpers?|common|misc|types)(\/|\.tsx?$)/.test(file))).toEqual([])
})
