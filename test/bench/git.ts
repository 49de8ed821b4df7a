import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAppRenderer } from '../../src/engine/app-render.ts'
import type { AppRenderer } from '../../src/engine/app-render.ts'
import { buildDraft } from '../../src/engine/draft/index.ts'
import { createGit } from '../../src/engine/git/index.ts'
import type { Repo } from '../../src/engine/git/index.ts'
import { createStarter } from '../../src/engine/process/index.ts'
import { createRenderer } from '../../src/engine/render/index.ts'
import type { Renderer } from '../../src/engine/render/index.ts'
import { createEffectStore, createFolderStore, readTimeline } from '../../src/engine/timeline/index.ts'
import type { EffectStore, FolderStore } from '../../src/engine/timeline/index.ts'
import { testStarter } from '../helpers/starter.ts'
import { testPool } from '../engine/render/test-pool.ts'
import { treeOf } from '../engine/render/tree-of.ts'
import { base, monorepo, spec } from './monorepo.ts'
import { medianOf, middle, sideBySide, timed } from './row.ts'
import type { Row } from './row.ts'

const runs = 5

type Ports = {
  readonly repo: Repo
  readonly render: AppRenderer
  readonly effects?: EffectStore
  readonly folders?: FolderStore
}

/** Timeline, render and draft on a generated monorepo, beside git's own log with the same commit-graph, and beside the rendering alone. */
export async function gitRows(): Promise<readonly Row[]> {
  const clone = await monorepo()
  const temp = mkdtempSync(join(tmpdir(), 'wheelhouse-bench-'))
  const caches = join(temp, 'caches')
  // As a window's engine has it, started with the app.
  const starter = createStarter(testStarter)
  const gitOptions = { env: process.env, quarantines: join(temp, 'drafts'), caches, starter }
  const git = createGit(gitOptions)
  const pool = testPool()
  const fresh = () => createAppRenderer(createRenderer(pool))
  try {
    const repo = await git.open(clone)
    const { tip } = await repo.tracked('main')
    const paths = [spec.path]
    const log = ['log', '--first-parent', '-50', '--format=%H', tip, '--', ...paths]
    const both = [...log, base]
    const without = await timed(() => execFileSync('git', log, { cwd: clone }))
    const learning = await timed(async () => {
      for await (const { oid } of repo.log({ tip, firstParent: true, paths, limit: 1 })) if (oid === '') break
      await repo.learnt()
    })
    const graph = graphIn(caches, clone)
    const graphed = { ...process.env, ...graph }
    const git50 = (args: readonly string[]) => () => execFileSync('git', args, { cwd: clone, env: graphed })
    const oneFolder = await sideBySide(
      runs,
      async () => {
        for await (const { oid } of repo.log({ tip, firstParent: true, paths, limit: 50 }))
          if (oid === '') break
      },
      git50(log),
    )
    // Pools and modules are started: what is timed is the work. Each run opens the clone anew, as after a start of the app.
    await fresh()(spec, await repo.tree(tip))
    const anew = async (work: (ports: Ports) => Promise<void>) => {
      const own = createGit(gitOptions)
      const opened = await own.open(clone)
      const took = await timed(() => work({ repo: opened, render: fresh() }))
      own.close()
      return took
    }
    // An app that is followed has its clone open, with git waiting for questions.
    const firstOpen = await medianOf(runs, () => found({ repo, render: fresh() }, tip, { limit: 1 }))
    const fiftyOpen = await sideBySide(
      runs,
      () => found({ repo, render: fresh() }, tip, { limit: 50 }),
      git50(log),
    )
    // Never looked at before: what the app reads is found while the list is read, which begins again then.
    const unknown = await withPeer(git50(log), () => anew((ports) => found(ports, tip, { limit: 50 })))
    const folders = () => createFolderStore(join(temp, 'folders.jsonl'))
    const learnt = folders()
    await rows({ repo, render: fresh(), folders: learnt }, tip, 1)
    await learnt.idle()
    const again = (limit: number) => () =>
      anew((ports) => found({ ...ports, folders: folders() }, tip, { limit }))
    const first = await middleOf(runs, again(1))
    const fifty = await withPeer(git50(both), again(50))
    const settled = await withPeer(git50(both), () =>
      anew((ports) => found(ports, tip, { limit: 50, cuts: 1 })),
    )
    const effects = () => createEffectStore(join(temp, 'effects.jsonl'), 'bench')
    const cold = effects()
    const rendered = await timed(() => rows({ repo, render: fresh(), effects: cold }, tip, 200))
    await cold.idle()
    // As after a restart: nothing is in memory, and the file is read again.
    const warm = await medianOf(3, () => rows({ repo, render: fresh(), effects: effects() }, tip, 200))
    const alone = await renderingAlone({ repo, render: fresh() }, createRenderer(pool), tip)
    const target = await nth(repo, tip, 20)
    const draft = await timed(() => draftOf({ repo, render: fresh() }, target))
    return [
      { name: 'commit-graph', ours: learning, peer: without, against: 'git log -50 without it', unit: 'ms' },
      { name: 'timeline-first-row', ours: firstOpen, unit: 'ms', aim: { most: 50 } },
      { name: 'timeline-first-row-anew', ours: first, unit: 'ms', aim: { most: 50 } },
      {
        name: 'log-50',
        ...oneFolder,
        against: 'git log -50 -- overlay, Bloom',
        unit: 'ms',
        aim: within(1.2),
      },
      {
        name: 'timeline-50',
        ...fiftyOpen,
        against: 'git log -50 -- overlay, Bloom',
        unit: 'ms',
        aim: within(1.2),
      },
      {
        name: 'timeline-50-unknown',
        ...unknown,
        against: 'git log -50 -- overlay, Bloom',
        unit: 'ms',
        aim: within(1.2),
      },
      {
        name: 'timeline-50-anew',
        ...fifty,
        against: 'git log -50 -- overlay base',
        unit: 'ms',
        aim: within(1.2),
      },
      {
        name: 'timeline-50-with-base',
        ...settled,
        against: 'git log -50 -- overlay base',
        unit: 'ms',
        aim: within(1.2),
      },
      {
        name: 'timeline-200-cold',
        ours: rendered,
        peer: alone,
        against: 'rendering alone',
        unit: 'ms',
        aim: within(2),
      },
      { name: 'timeline-200-warm', ours: warm, unit: 'ms', aim: { most: 500 } },
      { name: 'draft-return', ours: draft, unit: 'ms' },
    ]
  } finally {
    pool.close()
    git.close()
    starter.close()
    rmSync(temp, { recursive: true, force: true })
  }
}

/** The variables by which git finds the graph that was just written. */
function graphIn(caches: string, clone: string): Readonly<Record<string, string>> {
  const [name = ''] = readdirSync(caches)
  const objects = join(caches, name, 'objects')
  if (!existsSync(join(objects, 'info', 'commit-graphs'))) throw new Error('There is no commit-graph.')
  return { GIT_OBJECT_DIRECTORY: objects, GIT_ALTERNATE_OBJECT_DIRECTORIES: join(clone, '.git', 'objects') }
}

/** Until the last of the rows is on screen; what they changed follows. `cuts`: how often the list has begun anew by then, with what the app reads. */
async function found(
  ports: Ports,
  tip: string,
  { limit, cuts = 0 }: { readonly limit: number; readonly cuts?: number },
): Promise<void> {
  let begun = 0
  for await (const event of readTimeline(ports, { spec, tip, limit })) {
    if ('cut' in event) begun += 1
    else if (event.row.index === limit - 1 && begun >= cuts) return
  }
  throw new Error(`Fewer rows than ${limit}.`)
}

const within = (times: number) => ({ most: times, times: true }) as const

/** Both in turns; ours tells its own time, since what it needs to begin is not part of it. */
async function withPeer(
  peer: () => unknown,
  ours: () => Promise<number>,
): Promise<{ readonly ours: number; readonly peer: number }> {
  const times = { ours: [] as number[], peer: [] as number[] }
  for (let run = 0; run < runs; run++) {
    times.peer.push(await timed(peer))
    times.ours.push(await ours())
  }
  return { ours: middle(times.ours), peer: middle(times.peer) }
}

async function middleOf(count: number, one: () => Promise<number>): Promise<number> {
  const times: number[] = []
  for (let run = 0; run < count; run++) times.push(await one())
  return middle(times)
}

async function rows(ports: Ports, tip: string, limit: number): Promise<void> {
  let seen = 0
  for await (const event of readTimeline(ports, { spec, tip, limit }))
    if ('row' in event && event.row.effect !== 'pending') seen += 1
  if (seen !== limit) throw new Error(`${seen} rows of ${limit}.`)
}

/** The same 201 states from memory: nothing is asked of git. */
async function renderingAlone(ports: Ports, { render }: Renderer, tip: string): Promise<number> {
  const trees: ReturnType<typeof treeOf>[] = []
  for await (const { oid } of ports.repo.log({ tip, firstParent: true, paths: [spec.path], limit: 201 })) {
    const source = await ports.repo.tree(oid)
    const { inputs } = await ports.render(spec, source)
    const present = inputs.filter((input) => input.oid !== 'absent')
    const files = await Promise.all(
      present.map(async ({ path }) => [path, (await source.read(path)) ?? ''] as const),
    )
    trees.push(treeOf(Object.fromEntries(files)))
  }
  return timed(() => Promise.all(trees.map((source) => render({ source, path: spec.path, tool: spec.tool }))))
}

async function draftOf({ repo, render }: Ports, commit: string): Promise<void> {
  const built = await buildDraft(
    { render, repo, others: [], now: () => new Date().toISOString() },
    {
      id: 'd',
      appId: 'a',
      spec,
      action: { kind: 'return', commit },
      shared: 'include',
      landing: 'local',
    },
  )
  await built.room.discard()
}

async function nth(repo: Repo, tip: string, index: number): Promise<string> {
  let seen = 0
  for await (const commit of repo.log({ tip, firstParent: true, paths: [spec.path] }))
    if (seen++ === index) return commit.oid
  throw new Error('The history is too short.')
}
