import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import type { AppSpec } from '#contract'
import { cacheDir } from '../control-plane/cache.ts'

const commits = 130_000
const apps = 400
const environments = ['dev', 'staging', 'prod'] as const

/** One of the generated repository's apps: some 240 commits changed its overlay, and its base is the app's own. */
export const spec: AppSpec = {
  name: 'app-7-prod',
  cloneId: 'c',
  path: 'apps/app-7/overlays/prod',
  branch: 'main',
  tool: 'kustomize',
  cruise: 'off',
}

/** What its overlay is built on. */
export const base = 'apps/app-7/base'

/** A GitOps monorepo: 130,000 commits over 400 apps with three environments each. Made once, by git fast-import, into the user's cache. */
export async function monorepo(): Promise<string> {
  const place = join(cacheDir(), `bench-${commits}-${apps}x${environments.length}`)
  if (existsSync(place)) return place
  const draft = `${place}.${process.pid}`
  mkdirSync(draft, { recursive: true })
  execFileSync('git', ['init', '-q', '-b', 'main', draft])
  const identity = { 'user.name': 'Bench', 'user.email': 'bench@example.com' }
  for (const [key, value] of Object.entries(identity))
    execFileSync('git', ['config', key, value], { cwd: draft })
  const child = spawn('git', ['fast-import', '--quiet'], { cwd: draft, stdio: ['pipe', 'ignore', 'inherit'] })
  const ended = once(child, 'exit')
  for (let n = 0; n < commits; n++) if (!child.stdin.write(commit(n))) await once(child.stdin, 'drain')
  child.stdin.end()
  await ended
  renameSync(draft, place)
  return place
}

/** Every app gets its files first; after that prod is changed three times as often as the others together, and a base now and then. */
function commit(n: number): string {
  const app = n % apps
  const turn = Math.floor(n / apps)
  const environment = environments[turn % 8 === 0 ? 0 : turn % 8 === 4 ? 1 : 2] ?? 'prod'
  const body =
    n < apps
      ? files(app)
      : turn % 50 === 49
        ? [file(`apps/app-${app}/base/web.yaml`, deployment(app, n))]
        : [file(`apps/app-${app}/overlays/${environment}/kustomization.yaml`, overlay(n))]
  const message = `app-${app}: change ${n}`
  return `commit refs/heads/main\ncommitter Bench <bench@example.com> ${1_600_000_000 + n * 60} +0000\ndata ${message.length}\n${message}\n${body.join('')}`
}

function files(app: number): readonly string[] {
  return [
    file(`apps/app-${app}/base/kustomization.yaml`, 'resources: [web.yaml]\n'),
    file(`apps/app-${app}/base/web.yaml`, deployment(app, 0)),
    ...environments.map((name) => file(`apps/app-${app}/overlays/${name}/kustomization.yaml`, overlay(app))),
  ]
}

function deployment(app: number, n: number): string {
  return `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: app-${app}, annotations: { change: "${n}" } }\nspec:\n  selector: { matchLabels: { app: a } }\n  template:\n    metadata: { labels: { app: a } }\n    spec: { containers: [{ name: a, image: example/a }] }\n`
}

function overlay(n: number): string {
  return `resources: [../../base]\nimages:\n  - name: example/a\n    newTag: "1.${n}"\n`
}

function file(path: string, text: string): string {
  return `M 100644 inline ${path}\ndata ${text.length}\n${text}\n`
}
