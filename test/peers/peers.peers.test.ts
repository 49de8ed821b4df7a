import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { kubernetesVersion } from '../control-plane/build.ts'
import { peer } from './build.ts'

let dir: string

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'wheelhouse-peers-'))
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

test('kubectl runs under its own name, as the version of the control plane', async () => {
  const out = await run('kubectl', 'version', '--client', '-o', 'json')
  const { clientVersion } = JSON.parse(out) as { readonly clientVersion: { readonly gitVersion: string } }
  expect(clientVersion.gitVersion).toBe(kubernetesVersion)
})

test('kustomize builds an overlay', async () => {
  write('base/kustomization.yaml', 'resources: [map.yaml]\nnamePrefix: pre-\n')
  write('base/map.yaml', 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one}\n')
  expect(await run('kustomize', 'version')).toBe('v5.8.1\n')
  expect(await run('kustomize', 'build', join(dir, 'base'))).toBe(
    'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: pre-one\n',
  )
})

test('helm renders a chart with the release and the versions it is given', async () => {
  write('chart/Chart.yaml', 'apiVersion: v2\nname: small\nversion: 1.0.0\n')
  write(
    'chart/templates/a.yaml',
    'name: {{ .Release.Name }}\nkube: {{ .Capabilities.KubeVersion.Version }}\n',
  )
  expect(await run('helm', 'version', '--template', '{{ .Version }}')).toBe('v3.22.0')
  const out = await run('helm', 'template', 'web', join(dir, 'chart'), '--kube-version', 'v1.36.3')
  expect(out).toBe('---\n# Source: small/templates/a.yaml\nname: web\nkube: v1.36.3\n')
})

async function run(name: Parameters<typeof peer>[0], ...args: readonly string[]): Promise<string> {
  const command = await peer(name)
  if (typeof command !== 'string') throw new Error(command.skipped)
  return execFileSync(command, args, { encoding: 'utf8' })
}

function write(path: string, text: string): void {
  const file = join(dir, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
}
