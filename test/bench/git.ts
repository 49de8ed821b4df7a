import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AppSpec } from '#contract'
import { createAppRenderer } from '../../src/engine/app-render.ts'
import { buildDraft } from '../../src/engine/draft/index.ts'
import { createGit } from '../../src/engine/git/index.ts'
import { createRenderer } from '../../src/engine/render/index.ts'
import { readTimeline } from '../../src/engine/timeline/index.ts'
import { cacheDir } from '../control-plane/cache.ts'
import { testPool } from '../engine/render/test-pool.ts'
import type { Row } from './row.ts'

const commits = 100_000
const folders = 200

const spec: AppSpec = {
  name: 'app-7',
  cloneId: 'c',
  path: 'apps/app-7/prod',
  branch: 'main',
  tool: 'kustomize',
  cruise: 'off',
}

/** Timeline, render and draft on a generated repository of 100k commits over 200 apps, beside git's own log. */
export async function gitRows(): Promise<readonly Row[]> {
  const clone = await repository()
  const temp = mkdtempSync(join(tmpdir(), 'wheelhouse-bench-'))
  const git = createGit({ env: process.env, quarantines: join(temp, 'drafts'), caches: join(temp, 'caches') })
  const pool = testPool()
  const render = createAppRenderer(createRenderer(pool))
  try {
    const repo = await git.open(clone)
    const { tip } = await repo.tracked('main')
    const peer = await timed(() =>
      Promise.resolve(
        execFileSync('git', ['log', '--first-parent', '-50', '--format=%H', tip, '--', spec.path], {
          cwd: clone,
        }),
      ),
    )
    await render(spec, await repo.tree(tip))
    const first = await timed(() => found(50))
    const more = await timed(() => rows(200))
    const target = await nth(20)
    const draft = await timed(async () => {
      const built = await buildDraft(
        { render, repo, others: [], now: () => new Date().toISOString() },
        {
          id: 'd',
          appId: 'a',
          spec,
          action: { kind: 'return', commit: target },
          shared: 'include',
          landing: 'local',
        },
      )
      await built.room.discard()
    })
    return [
      { name: 'timeline-50', ours: first, peer, against: 'git log -50 -- path', unit: 'ms' },
      { name: 'timeline-200-rendered', ours: more, unit: 'ms' },
      { name: 'draft-return', ours: draft, unit: 'ms' },
    ]

    /** Until the last of the rows is on screen; what they changed follows. */
    async function found(limit: number): Promise<void> {
      for await (const event of readTimeline({ repo, render }, { spec, tip, limit }))
        if ('row' in event && event.row.index === limit - 1) return
      throw new Error(`Fewer rows than ${limit}.`)
    }
    async function rows(limit: number): Promise<void> {
      let seen = 0
      for await (const event of readTimeline({ repo, render }, { spec, tip, limit }))
        if ('row' in event && event.row.effect !== 'pending') seen += 1
      if (seen !== limit) throw new Error(`${seen} rows of ${limit}.`)
    }
    async function nth(index: number): Promise<string> {
      let seen = 0
      for await (const commit of repo.log({ tip, firstParent: true, paths: [spec.path] }))
        if (seen++ === index) return commit.oid
      throw new Error('The history is too short.')
    }
  } finally {
    pool.close()
    git.close()
    rmSync(temp, { recursive: true, force: true })
  }
}

/** Made once, by git fast-import, into the user's cache. */
async function repository(): Promise<string> {
  const place = join(cacheDir(), `bench-${commits}-${folders}`)
  if (existsSync(place)) return place
  const draft = `${place}.${process.pid}`
  mkdirSync(draft, { recursive: true })
  execFileSync('git', ['init', '-q', '-b', 'main', draft])
  for (const [key, value] of [
    ['user.name', 'Bench'],
    ['user.email', 'bench@example.com'],
  ] as const)
    execFileSync('git', ['config', key, value], { cwd: draft })
  const child = spawn('git', ['fast-import', '--quiet'], { cwd: draft, stdio: ['pipe', 'ignore', 'inherit'] })
  const ended = once(child, 'exit')
  for (let n = 0; n < commits; n++) if (!child.stdin.write(commit(n))) await once(child.stdin, 'drain')
  child.stdin.end()
  await ended
  renameSync(draft, place)
  return place
}

function commit(n: number): string {
  const app = n % folders
  const body = n < folders ? files(app) : [file(`apps/app-${app}/prod/kustomization.yaml`, overlay(n))]
  const message = `app-${app}: change ${n}`
  return `commit refs/heads/main\ncommitter Bench <bench@example.com> ${1_600_000_000 + n * 60} +0000\ndata ${message.length}\n${message}\n${body.join('')}`
}

function files(app: number): readonly string[] {
  const deployment = `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: app-${app} }\nspec:\n  selector: { matchLabels: { app: a } }\n  template:\n    metadata: { labels: { app: a } }\n    spec: { containers: [{ name: a, image: example/a }] }\n`
  return [
    file(`apps/app-${app}/base/kustomization.yaml`, 'resources: [web.yaml]\n'),
    file(`apps/app-${app}/base/web.yaml`, deployment),
    file(`apps/app-${app}/prod/kustomization.yaml`, overlay(app)),
  ]
}

function overlay(n: number): string {
  return `resources: [../base]\nimages:\n  - name: example/a\n    newTag: "1.${n}"\n`
}

function file(path: string, text: string): string {
  return `M 100644 inline ${path}\ndata ${text.length}\n${text}\n`
}

async function timed(action: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await action()
  return performance.now() - start
}
