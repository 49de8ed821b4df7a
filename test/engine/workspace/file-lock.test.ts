import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { withFileLock } from '../../../src/engine/workspace/file-lock.ts'
import { newFolder, startActor } from './folder.ts'

test('lets one process in at a time', async () => {
  const folder = await newFolder()
  const visitors = [1, 2, 3].map(() => startActor('visitor', folder))
  for (const visitor of visitors) expect(await visitor.line()).toBe('done')
  const visits = (await readFile(join(folder, 'visits'), 'utf8')).trim().split('\n')
  expect(visits).toHaveLength(2 * 3 * 20)
  for (let n = 0; n < visits.length; n += 2) expect(visits[n + 1]).toBe(visits[n]?.replace('in', 'out'))
  expect(await readdir(folder)).toEqual(['visits'])
})

test('waits for a holder that lives, and takes over from one that was killed', async () => {
  const folder = await newFolder()
  const holder = startActor('holder', folder)
  expect(await holder.line()).toBe('inside')
  const order: string[] = []
  const inside = withFileLock(join(folder, 'it.lock'), async () => void order.push('inside'))
  order.push('killed')
  await holder.kill()
  await inside
  expect(order).toEqual(['killed', 'inside'])
})

test('takes over a lock whose file a power cut has emptied, and one of a number that is used again', async () => {
  const folder = await newFolder()
  const file = join(folder, 'it.lock')
  for (const left of ['', JSON.stringify({ pid: process.pid, start: 'another boot/1' })]) {
    await writeFile(file, left)
    expect(await withFileLock(file, async () => 'inside')).toBe('inside')
  }
  expect(await readdir(folder)).toEqual([])
})

test('is free again after a failure inside', async () => {
  const file = join(await newFolder(), 'it.lock')
  const failing = withFileLock(file, async () => {
    throw new Error('inside')
  })
  await expect(failing).rejects.toThrow('inside')
  expect(await withFileLock(file, async () => 'again')).toBe('again')
})
