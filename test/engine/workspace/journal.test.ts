import { appendFile, readFile, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import fc from 'fast-check'
import { openJournal } from '../../../src/engine/workspace/journal.ts'
import { closeAfter, newFolder, startActor } from './folder.ts'

async function open(file: string, options?: { readonly maxBytes?: number }) {
  const journal = await openJournal(file, options)
  closeAfter(journal.close)
  return journal
}

test('gives back what was appended, in order, whatever the texts hold', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ text: fc.string({ unit: 'binary' }), n: fc.integer() })),
      async (entries) => {
        const file = join(await newFolder(), 'journal.jsonl')
        const journal = await openJournal(file)
        await Promise.all(entries.map((entry, index) => journal.append(entry, { sync: index % 2 === 0 })))
        expect((await journal.readNew()).entries).toEqual(JSON.parse(JSON.stringify(entries)))
        expect((await journal.readNew()).entries).toEqual([])
        await journal.close()
      },
    ),
    { numRuns: 30 },
  )
})

test('everything that a killed process was told to be on disk is there', async () => {
  for (const killAt of [0, 9, 40]) {
    const folder = await newFolder()
    const actor = startActor('appender', folder)
    let last = -1
    while (last < killAt) last = Number(await actor.line())
    await actor.kill()
    const journal = await open(join(folder, 'journal.jsonl'))
    const numbers = (await journal.readNew()).entries.map((entry) => (entry as { n: number }).n)
    expect(numbers.slice(0, last + 1)).toEqual(Array.from({ length: last + 1 }, (_, n) => n))
    // And it can be gone on with.
    await journal.append({ after: true })
    expect((await journal.readNew()).entries).toContainEqual({ after: true })
  }
})

test('cut at any byte it loses only the line that was cut, and never the next one', async () => {
  const folder = await newFolder()
  const file = join(folder, 'journal.jsonl')
  const first = await openJournal(file)
  for (let n = 0; n < 3; n++) await first.append({ n, text: `line ${n} "ü"` })
  await first.close()
  const bytes = await readFile(file)
  for (let length = 0; length <= bytes.length; length++) {
    const cut = join(folder, `cut-${length}`)
    await writeFile(cut, bytes.subarray(0, length))
    const journal = await openJournal(cut)
    const whole = bytes.subarray(0, length).toString().split('\n').filter(isWhole).length
    await journal.append({ n: 'next' })
    const { entries, broken } = await journal.readNew()
    expect({ count: entries.length, last: entries.at(-1), broken }).toEqual({
      count: whole + 1,
      last: { n: 'next' },
      broken: 0,
    })
    await journal.close()
  }
})

function isWhole(line: string): boolean {
  return line.startsWith('{') && line.endsWith('}')
}

test('counts lines that no crash explains, and reads on behind them', async () => {
  const file = join(await newFolder(), 'journal.jsonl')
  const journal = await open(file)
  await journal.append({ n: 1 })
  await appendFile(file, '\nedited by hand\n')
  await journal.append({ n: 2 })
  expect(await journal.readNew()).toEqual({ entries: [{ n: 1 }, { n: 2 }], broken: 1 })
})

test('hears of lines that another process appends, also of one that comes in two parts', async () => {
  const file = join(await newFolder(), 'journal.jsonl')
  const [mine, other] = [await open(file), await open(file)]
  await other.append({ from: 'other' })
  expect((await mine.readNew()).entries).toEqual([{ from: 'other' }])
  await appendFile(file, '\n{"from":"ot')
  expect((await mine.readNew()).entries).toEqual([])
  await appendFile(file, 'her, late"}\n')
  expect((await mine.readNew()).entries).toEqual([{ from: 'other, late' }])
})

test('reads the end of a long file alone', async () => {
  const file = join(await newFolder(), 'journal.jsonl')
  const writer = await open(file)
  for (let n = 0; n < 200; n++) await writer.append({ n, pad: 'x'.repeat(100) }, { sync: false })
  const reader = await open(file, { maxBytes: 1200 })
  const { entries, broken } = await reader.readNew()
  expect(broken).toBe(0)
  expect(entries.length).toBeGreaterThan(5)
  expect(entries.length).toBeLessThan(12)
  expect(entries.at(-1)).toMatchObject({ n: 199 })
})

test('begins anew when the file was made shorter by somebody', async () => {
  const file = join(await newFolder(), 'journal.jsonl')
  const journal = await open(file)
  await journal.append({ n: 1, pad: 'longer than what follows' })
  await journal.readNew()
  await truncate(file, 0)
  await journal.append({ n: 2 })
  expect((await journal.readNew()).entries).toEqual([{ n: 2 }])
})

test.skipIf(process.platform !== 'linux')('says that the disk is full', async () => {
  // The device that answers ENOSPC to every write.
  const journal = await openJournal('/dev/full')
  await expect(journal.append({ n: 1 })).rejects.toMatchObject({ code: 'DISK_FULL', retryable: true })
  await journal.close()
})
