import { buildAll } from '../build/build.ts'
import { check } from '../build/check.ts'
import { ensureChromium } from '../build/chromium.ts'
import { vitest } from '../build/command.ts'
import { findDesktop } from '../build/desktop.ts'
import { ensureControlPlane, ensurePeers } from './control-plane/ensure.ts'

type Result = { readonly state: 'passed' | 'failed' | 'skipped'; readonly why?: string }
type Layer = { readonly name: string; readonly run: () => Promise<Result> }

const layers: readonly Layer[] = [
  { name: 'check', run: async () => byNames(await check()) },
  { name: 'build', run: () => buildAll().then(passed, failed) },
  { name: 'git', run: async () => byCode(await vitest('git')) },
  { name: 'demo', run: async () => byCode(await vitest('demo')) },
  { name: 'faults', run: async () => byCode(await vitest('faults')) },
  { name: 'cluster', run: () => needing([ensureControlPlane], () => vitest('cluster')) },
  { name: 'peers', run: () => needing([ensurePeers], () => vitest('peers')) },
  { name: 'browser', run: () => needing([ensureChromium, ensureControlPlane], () => vitest('browser')) },
  { name: 'electron', run: () => needing([ensureChromium], () => vitest('electron')) },
  { name: 'electron-smoke', run: () => needing([desktopOrWhy], () => vitest('smoke')) },
]

const only = process.argv.slice(2).filter((arg) => !arg.startsWith('-'))
const allowed = new Set(['electron-smoke', ...(process.env.WHEELHOUSE_ALLOW_SKIP ?? '').split(/[\s,]+/)])
const results: { readonly name: string; readonly result: Result; readonly seconds: number }[] = []

for (const layer of layers.filter(({ name }) => only.length === 0 || only.includes(name))) {
  process.stderr.write(`\n== ${layer.name}\n`)
  const started = Date.now()
  const result = await layer.run()
  results.push({
    name: layer.name,
    result: strict(layer.name, result),
    seconds: Math.round((Date.now() - started) / 1000),
  })
}

process.stdout.write('\nLayers\n')
for (const { name, result, seconds } of results) {
  const why = result.why === undefined ? '' : `  (${result.why})`
  process.stdout.write(
    `  ${result.state.padEnd(8)} ${name.padEnd(16)} ${String(seconds).padStart(5)} s${why}\n`,
  )
}
const count = (state: Result['state']) => results.filter(({ result }) => result.state === state).length
process.stdout.write(`\n${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped\n`)
process.exitCode = count('failed') === 0 ? 0 : 1

/** In CI a layer that could not run is a failure, unless it is named as one that may be skipped. */
function strict(name: string, result: Result): Result {
  const mustRun = process.env.CI === 'true' && !allowed.has(name)
  return result.state === 'skipped' && mustRun
    ? { state: 'failed', why: `skipped in CI: ${result.why}` }
    : result
}

/** Gets what the layer needs first; the first thing that cannot be had skips the layer, with its reason. */
async function needing(
  needs: readonly (() => Promise<string | undefined>)[],
  run: () => Promise<number>,
): Promise<Result> {
  for (const need of needs) {
    const why = await need()
    if (why !== undefined) {
      process.stderr.write(`SKIPPED: ${why}\n`)
      return { state: 'skipped', why }
    }
  }
  return byCode(await run())
}

async function desktopOrWhy(): Promise<string | undefined> {
  const desktop = await findDesktop()
  return 'why' in desktop ? desktop.why : undefined
}

function byCode(code: number): Result {
  return code === 0 ? passed() : { state: 'failed' }
}

function byNames(names: readonly string[]): Result {
  return names.length === 0 ? passed() : { state: 'failed', why: names.join(', ') }
}

function passed(): Result {
  return { state: 'passed' }
}

function failed(error: unknown): Result {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`)
  return { state: 'failed' }
}
