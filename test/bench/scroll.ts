import type { Page } from '@playwright/test'
import type { Delta, Input, TimelineRow } from '#contract'
import { createStage } from '../renderer/harness/handlers.ts'
import type { Stage } from '../renderer/harness/handlers.ts'
import { createHarness } from '../renderer/harness/open.ts'
import { ago, commit, key } from '../renderer/harness/world.ts'
import type { Row } from './row.ts'

const count = 10_000
const route = '/app/app-web/timeline'
/** Two thirds of a screen a frame: faster than anybody reads. */
const pixelsAFrame = 500
const rowHeight = 50

/** 10,000 rows scrolled through in the real window and a real browser: while all is there, and while rows still come. */
export async function scrollRows(): Promise<readonly Row[]> {
  const harness = await createHarness()
  try {
    const still = await scrolled(harness, false)
    const busy = await scrolled(harness, true)
    return [...rowsOf('scroll-10000', still), ...rowsOf('scroll-10000-filling', busy)]
  } finally {
    await harness.close()
  }
}

type Scrolled = {
  readonly longestTask: number
  readonly longestTaskCpu: number
  readonly longTasks: number
  readonly frames: number
  readonly gap: number
  readonly gap99: number
}

function rowsOf(name: string, found: Scrolled): readonly Row[] {
  const most = { most: 50 }
  return [
    { name: `${name}-longest-task`, ours: found.longestTask, unit: 'ms', aim: most },
    { name: `${name}-longest-task-cpu`, ours: found.longestTaskCpu, unit: 'ms', aim: most },
    { name: `${name}-long-tasks`, ours: found.longTasks, unit: `of ${found.frames} frames` },
    { name: `${name}-frame-gap`, ours: found.gap, unit: 'ms' },
    { name: `${name}-frame-gap-p99`, ours: found.gap99, unit: 'ms' },
  ]
}

async function scrolled(
  harness: Awaited<ReturnType<typeof createHarness>>,
  filling: boolean,
): Promise<Scrolled> {
  const stage = createStage()
  const go = Promise.withResolvers<void>()
  const { page, close } = await harness.open({
    stage: withTimeline(stage, filling ? go.promise : undefined),
    route,
  })
  try {
    const status = page.getByRole('status').filter({ hasText: filling ? `of ${count}` : `${count} commits` })
    await status.waitFor()
    const client = await page.context().newCDPSession(page)
    const tasks = await record(client)
    go.resolve()
    const frames = await page.evaluate(scrollThrough, { pixelsAFrame, height: count * rowHeight })
    const { longest, longestCpu } = await tasks()
    return { ...frames, longestTask: longest, longestTaskCpu: longestCpu }
  } finally {
    await close()
  }
}

/** All rows at once; or as pending ones first, and after `go` what they changed, 200 in a turn, from both ends of the list on. */
function withTimeline(stage: Stage, go: Promise<void> | undefined): Stage {
  const all = Array.from({ length: count }, (_, index) => rowAt(index))
  const watch = async function* (
    _input: Input<'timeline.watch'>,
    { signal }: { readonly signal: AbortSignal },
  ): AsyncGenerator<Delta<TimelineRow>> {
    const first =
      go === undefined ? all : all.map((row): TimelineRow => ({ ...row, effect: 'pending', changes: [] }))
    let seq = 0
    for (let at = 0; at < count; at += 200)
      yield {
        seq: seq++,
        ...(at === 0 ? { reset: true } : {}),
        upserts: first.slice(at, at + 200),
        deletes: [],
        ready: at + 200 >= count,
      }
    await go
    for (let at = 0; go !== undefined && at < count && !signal.aborted; at += 50) {
      // As the engine does: what changed within 50 ms comes as one.
      await new Promise((resolve) => setTimeout(resolve, 50))
      yield { seq: seq++, upserts: all.slice(at, at + 50), deletes: [], ready: true }
    }
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
  }
  return { ...stage, handlers: { ...stage.handlers, 'timeline.watch': watch } }
}

/** Mostly changes, some of them of many words, and now and then one without effect, alone or in a run. */
function rowAt(index: number): TimelineRow {
  const none = index % 7 === 3 || index % 50 < 4
  const words = [
    `image 1.${index}.0 -> 1.${index + 1}.0`,
    'replicas 2 -> 3',
    'env CHECKOUT added',
    'data banner',
    'label tier',
  ]
  return {
    commit: {
      ...commit(`web: change ${index} of what this app is in production`, index),
      committedAt: ago(index * 30),
    },
    index,
    effect: none ? 'none' : 'changed',
    changes: none
      ? []
      : [{ key: key('Deployment', 'web'), kind: 'changed', words: words.slice(0, 1 + (index % 5)) }],
    marks:
      index % 40 === 0 ? [{ kind: 'healthy', label: 'ran healthy', words: `ran healthy ${index} d` }] : [],
  }
}

type Cdp = Awaited<ReturnType<ReturnType<Page['context']>['newCDPSession']>>
type TraceEvent = {
  readonly name: string
  readonly ph: string
  readonly pid: number
  readonly tid: number
  readonly dur?: number
  readonly tdur?: number
  readonly args?: { readonly name?: string }
}

/** The browser's own record of each task of the page's main thread: how long it took, and how much of that it computed. */
async function record(
  client: Cdp,
): Promise<() => Promise<{ readonly longest: number; readonly longestCpu: number }>> {
  const events: TraceEvent[] = []
  client.on('Tracing.dataCollected', ({ value }) => void events.push(...(value as unknown as TraceEvent[])))
  await client.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: {
      includedCategories: [
        'disabled-by-default-devtools.timeline',
        'toplevel',
        'devtools.timeline',
        '__metadata',
      ],
    },
  })
  return async () => {
    const ended = new Promise((resolve) => client.once('Tracing.tracingComplete', resolve))
    await client.send('Tracing.end')
    await ended
    const threads = new Set(
      events
        .filter(
          ({ ph, name, args }) => ph === 'M' && name === 'thread_name' && args?.name === 'CrRendererMain',
        )
        .map(({ pid, tid }) => `${pid}.${tid}`),
    )
    const tasks = events.filter(
      ({ ph, name, pid, tid }) => ph === 'X' && name.endsWith('RunTask') && threads.has(`${pid}.${tid}`),
    )
    if (tasks.length === 0) throw new Error('The browser recorded no task.')
    const most = (of: (event: TraceEvent) => number | undefined) =>
      tasks.reduce((longest, event) => Math.max(longest, (of(event) ?? 0) / 1000), 0)
    return { longest: most(({ dur }) => dur), longestCpu: most(({ tdur }) => tdur) }
  }
}

/** Runs in the page. */
async function scrollThrough({
  pixelsAFrame: step,
  height,
}: {
  readonly pixelsAFrame: number
  readonly height: number
}): Promise<{
  readonly frames: number
  readonly gap: number
  readonly gap99: number
  readonly longTasks: number
}> {
  let longTasks = 0
  new PerformanceObserver((list) => (longTasks += list.getEntries().length)).observe({
    entryTypes: ['longtask'],
  })
  const list = document.querySelector('ol')?.parentElement
  if (list === null || list === undefined) throw new Error('There is no list.')
  const frame = () => new Promise<number>((resolve) => requestAnimationFrame(resolve))
  const gaps: number[] = []
  let before = await frame()
  let at = -1
  while (list.scrollTop !== at && gaps.length < height / step) {
    at = list.scrollTop
    list.scrollTop += step
    const now = await frame()
    gaps.push(now - before)
    before = now
  }
  gaps.sort((a, b) => a - b)
  return {
    frames: gaps.length,
    gap: gaps.at(-1) ?? 0,
    gap99: gaps[Math.floor(gaps.length * 0.99)] ?? 0,
    longTasks,
  }
}
