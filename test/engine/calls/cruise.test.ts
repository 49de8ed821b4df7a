import { expect, test } from 'vitest'
import type { App } from '#contract'
import { followReported } from '../../../src/engine/calls/cruise.ts'

function world(first: readonly App[]) {
  let apps = first
  let tell = () => {}
  const log: string[] = []
  const stop = followReported({
    apps: () => apps,
    onChange: (listener) => {
      tell = listener
      return () => (tell = () => {})
    },
    hold: (app) => {
      log.push(`hold ${app.spec.name}@${app.spec.branch}`)
      if (app.spec.name === 'broken') return Promise.reject(new Error('no clone'))
      return Promise.resolve({ release: () => log.push(`release ${app.spec.name}@${app.spec.branch}`) })
    },
  })
  const change = async (next: readonly App[]) => {
    apps = next
    tell()
    await Promise.resolve()
    await Promise.resolve()
  }
  return { log, stop, change }
}

function app(name: string, cruise: 'off' | 'report', branch = 'main'): App {
  return { id: name, spec: { name, cloneId: 'c', path: '.', branch, tool: 'plain', cruise } }
}

test('apps on report are followed, others are not', () => {
  expect(world([app('a', 'report'), app('b', 'off')]).log).toEqual(['hold a@main'])
})

test('switching it off or changing the app lets go of it', async () => {
  const { log, change } = world([app('a', 'report')])
  await change([app('a', 'report', 'next')])
  await change([app('a', 'off', 'next')])
  expect(log).toEqual(['hold a@main', 'hold a@next', 'release a@main', 'release a@next'])
})

test('an app that cannot be opened does not hold back the others', async () => {
  const { log, change } = world([app('broken', 'report')])
  await change([app('broken', 'report'), app('a', 'report')])
  expect(log).toEqual(['hold broken@main', 'hold a@main'])
})

test('at the end everything is let go', async () => {
  const { log, stop } = world([app('a', 'report')])
  stop()
  await Promise.resolve()
  await Promise.resolve()
  expect(log).toEqual(['hold a@main', 'release a@main'])
})
