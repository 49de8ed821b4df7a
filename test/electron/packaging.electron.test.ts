import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { listPackage } from '@electron/asar'
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses'
import { afterAll, expect, test } from 'vitest'
import { readFileSync } from 'node:fs'
import { load } from 'js-yaml'

const root = join(import.meta.dirname, '../..')
const temp = mkdtempSync(join(tmpdir(), 'wheelhouse-dist-'))
afterAll(() => rmSync(temp, { recursive: true, force: true }))

/** States of a fuse as they stand in the binary: the digits 0 and 1. */
const off = 48
const on = 49

/** What electron-builder needs of a distribution: a program with fuses, some files, a version. */
function fakeDistribution(): string {
  const dist = join(temp, 'electron')
  mkdirSync(join(dist, 'resources'), { recursive: true })
  mkdirSync(join(dist, 'locales'))
  const fuses = Buffer.concat([
    Buffer.from('dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'),
    Buffer.from([1, 10]),
    Buffer.from('1011011111'),
  ])
  writeFileSync(join(dist, 'electron'), Buffer.concat([Buffer.from('#!/bin/sh\nexit 0\n'), fuses]))
  chmodSync(join(dist, 'electron'), 0o755)
  writeFileSync(join(dist, 'version'), '45.4.1')
  for (const file of ['LICENSE', 'LICENSES.chromium.html', 'chrome-sandbox', 'locales/en-US.pak'])
    writeFileSync(join(dist, file), '')
  return dist
}

test('electron-builder.yml is what electron-builder understands', async () => {
  const require = createRequire(join(root, 'node_modules/electron-builder/package.json'))
  const { validateConfiguration } = require('app-builder-lib/out/util/config/config.js') as {
    readonly validateConfiguration: (config: unknown, log: unknown) => Promise<void>
  }
  const { DebugLogger } = require('builder-util') as {
    readonly DebugLogger: new (enabled: boolean) => unknown
  }
  const config = load(readFileSync(join(root, 'electron-builder.yml'), 'utf8'))
  await validateConfiguration(config, new DebugLogger(false))
  await expect(
    validateConfiguration({ ...(config as object), hardendRuntime: true }, new DebugLogger(false)),
  ).rejects.toThrow('hardendRuntime')
})

test(
  'npm run dist -- --dir packages a few bundled files, with the fuses set',
  { timeout: 180_000 },
  async () => {
    const output = join(temp, 'dist')
    const args = [
      'build/dist.ts',
      '--linux',
      'dir',
      `-c.electronDist=${fakeDistribution()}`,
      `-c.directories.output=${output}`,
    ]
    execFileSync(process.execPath, args, { cwd: root, stdio: 'pipe' })
    const app = join(output, 'linux-unpacked')
    const files = listPackage(join(app, 'resources/app.asar'), { isPack: false }).map((file) =>
      file.replaceAll('\\', '/'),
    )
    expect(files).toEqual(
      expect.arrayContaining([
        '/package.json',
        '/out/main/main.js',
        '/out/main/preload.cjs',
        '/out/engine/engine.js',
        '/out/engine/wasm-worker.js',
        '/out/renderer/index.html',
      ]),
    )
    expect(
      files.filter((file) => file.includes('node_modules') || file.endsWith('.ts') || file.endsWith('.map')),
    ).toEqual([])
    expect(files.length).toBeLessThan(120)
    expect(readdirSync(join(app, 'resources/build/wasm'))).toEqual(['wheelhouse.wasm.br'])
    const fuses = await getCurrentFuseWire(join(app, 'wheelhouse'))
    expect(
      [
        FuseV1Options.RunAsNode,
        FuseV1Options.EnableNodeOptionsEnvironmentVariable,
        FuseV1Options.EnableNodeCliInspectArguments,
        FuseV1Options.GrantFileProtocolExtraPrivileges,
      ].map((fuse) => fuses[fuse]),
    ).toEqual([off, off, off, off])
    expect(fuses[FuseV1Options.OnlyLoadAppFromAsar]).toBe(on)
  },
)
