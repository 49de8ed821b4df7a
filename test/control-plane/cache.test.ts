import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { cached, sourceKey } from './cache.ts'

let dir: string
const before = process.env.WHEELHOUSE_CACHE

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'wheelhouse-cache-'))
  process.env.WHEELHOUSE_CACHE = dir
})
afterEach(() => {
  if (before === undefined) delete process.env.WHEELHOUSE_CACHE
  else process.env.WHEELHOUSE_CACHE = before
  rmSync(dir, { recursive: true, force: true })
})

test('what is built once is not built again, and another key is another binary', async () => {
  let builds = 0
  const build = (output: string) => writeFileSync(output, `build ${++builds}`)
  const first = await cached('tool', 'a', build)
  expect(await cached('tool', 'a', build)).toBe(first)
  const second = await cached('tool', 'b', build)
  expect([readFileSync(first, 'utf8'), readFileSync(second, 'utf8')]).toEqual(['build 1', 'build 2'])
})

test('a failed build leaves neither a binary nor a lock', async () => {
  const broken = () => {
    throw new Error('does not compile')
  }
  await expect(cached('tool', 'a', broken)).rejects.toThrow('does not compile')
  expect(readdirSync(dir)).toEqual([])
})

test('a build waits for the living process that holds the lock', async () => {
  const lock = join(dir, 'tool.lock')
  writeFileSync(lock, String(process.pid))
  let held = true
  const building = cached('tool', 'a', (output) => {
    expect(held).toBe(false)
    writeFileSync(output, '')
  })
  await new Promise((resolve) => setImmediate(resolve))
  expect(readdirSync(dir)).toEqual(['tool.lock'])
  held = false
  rmSync(lock)
  expect(existsSync(await building)).toBe(true)
})

test('a lock whose process is gone does not hold anybody up', async () => {
  const { pid } = spawnSync(process.execPath, ['-e', ''])
  writeFileSync(join(dir, 'tool.lock'), String(pid))
  const path = await cached('tool', 'a', (output) => writeFileSync(output, ''))
  expect(existsSync(path)).toBe(true)
})

test('the key changes with any Go source or module file, and with nothing else', () => {
  writeFileSync(join(dir, 'main.go'), 'package main')
  writeFileSync(join(dir, 'go.sum'), 'sums')
  const key = sourceKey(dir, 'go1.26.8')
  writeFileSync(join(dir, 'start.ts'), 'unrelated')
  expect(sourceKey(dir, 'go1.26.8')).toBe(key)
  expect(sourceKey(dir, 'go1.26.9')).not.toBe(key)
  writeFileSync(join(dir, 'go.sum'), 'other sums')
  expect(sourceKey(dir, 'go1.26.8')).not.toBe(key)
})
