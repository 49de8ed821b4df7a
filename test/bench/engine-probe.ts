import { writeFileSync } from 'node:fs'
import { performance, monitorEventLoopDelay } from 'node:perf_hooks'
import { isMainThread } from 'node:worker_threads'

// Loaded into a served engine by `--import`: watches how long its event loop is kept, and writes it down when told to (SIGUSR2).

export type Probed = {
  /** The longest time for which nothing else had its turn, other programs' turns included. */
  readonly longestMs: number
  readonly p99Ms: number
  /** The most that was computed between two turns: what is ours of it. */
  readonly longestCpuMs: number
}

const everyMs = 2

if (isMainThread) {
  const delays = monitorEventLoopDelay({ resolution: everyMs })
  delays.enable()
  let longestCpu = 0
  let before = cpuMs()
  setInterval(() => {
    const now = cpuMs()
    longestCpu = Math.max(longestCpu, now - before)
    before = now
  }, everyMs).unref()
  const file = process.env.WHEELHOUSE_PROBE ?? ''
  process.on('SIGUSR2', () => {
    const probed: Probed = {
      longestMs: delays.max / 1e6 - everyMs,
      p99Ms: delays.percentile(99) / 1e6 - everyMs,
      longestCpuMs: longestCpu,
    }
    delays.reset()
    longestCpu = 0
    writeFileSync(file, JSON.stringify({ ...probed, at: performance.now() }))
  })
}

function cpuMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}
