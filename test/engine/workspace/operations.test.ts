import { appendFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openWorkspace, toMarkdown } from '../../../src/engine/workspace/index.ts'
import type { Outcome } from '../../../src/contract/index.ts'
import { beginEntry, closeAfter, newFolder, now, startActor, untilShown } from './folder.ts'

async function open(folder: string) {
  const workspace = await openWorkspace(folder, now)
  closeAfter(workspace.close)
  return workspace
}

const outcome = (name: string, word: Outcome['outcome']): Outcome => ({
  key: { group: 'apps', kind: 'Deployment', namespace: 'shop', name },
  outcome: word,
  durationMs: 3,
})

test('an operation is on record with all that happened, also after a restart', async () => {
  const folder = await newFolder()
  const first = await openWorkspace(folder, now)
  const { operations } = first
  await operations.record(beginEntry('one'))
  await operations.record({
    type: 'step',
    id: 'one',
    step: { name: 'render', state: 'done', words: 'rendered' },
  })
  await operations.record({ type: 'outcome', id: 'one', outcome: outcome('web', 'failed') })
  await operations.record({ type: 'outcome', id: 'one', outcome: outcome('api', 'created') })
  await operations.record({ type: 'outcome', id: 'one', outcome: outcome('web', 'updated') })
  await operations.record({
    type: 'command',
    id: 'one',
    command: { command: 'git push origin main', at: now(), durationMs: 9, exitCode: 0 },
  })
  await operations.record({ type: 'note', id: 'one', commit: 'c'.repeat(40), data: { landed: true } })
  await operations.record({
    type: 'finish',
    id: 'one',
    at: now(),
    state: 'failed',
    failure: { code: 'SYNC_FAILED', message: 'web: no.' },
  })
  await operations.record(beginEntry('two'))
  await operations.record({ type: 'finish', id: 'two', at: now(), state: 'done' })
  const before = operations.list()
  await first.close()
  const again = await open(folder)
  expect(again.operations.list()).toEqual(before)
  expect(before.map(({ id }) => id)).toEqual(['two', 'one'])
  expect(again.operations.get('one')).toMatchObject({
    state: 'failed',
    failure: { code: 'SYNC_FAILED' },
    commit: 'c'.repeat(40),
    outcomes: [outcome('web', 'updated'), outcome('api', 'created')],
    steps: [
      { name: 'render', state: 'done' },
      { name: 'apply', state: 'waiting' },
      { name: 'health', state: 'waiting' },
    ],
    cancellable: false,
    resumable: false,
  })
  expect(again.operations.dataOf('one')).toEqual({ landed: true })
})

test('one whose process was killed is interrupted, with the step it was at and what going on needs', async () => {
  const folder = await newFolder()
  const { operations } = await open(folder)
  const worker = startActor('worker', folder)
  expect(await worker.line()).toBe('running')
  await untilShown(operations, ([work]) => work?.steps[1]?.state === 'running')
  // The control: while its process lives it runs, and is not ours to cancel.
  expect(operations.get('work')).toMatchObject({ state: 'running', cancellable: false, resumable: false })
  await worker.kill()
  expect(operations.get('work')).toMatchObject({
    state: 'interrupted',
    resumable: true,
    cancellable: false,
    commit: '5d6e7f8'.padEnd(40, '0'),
    steps: [
      { name: 'commit', state: 'done', words: '5d6e7f8' },
      { name: 'push', state: 'running' },
      { name: 'apply', state: 'waiting' },
    ],
  })
  expect(operations.dataOf('work')).toEqual({ target: '1a2b3c4' })
})

test('of several that want to go on with an interrupted one, one does', async () => {
  const folder = await newFolder()
  const worker = startActor('worker', folder)
  await worker.line()
  await worker.kill()
  const resumers = [1, 2, 3].map(() => startActor('resumer', folder))
  for (const resumer of resumers) expect(await resumer.line()).toBe('ready')
  for (const resumer of resumers) resumer.say('go')
  const answers = await Promise.all(resumers.map((resumer) => resumer.line()))
  expect(answers.toSorted()).toEqual(['OPERATION_NOT_RESUMABLE', 'OPERATION_NOT_RESUMABLE', 'resumed'])
  const { operations } = await open(folder)
  expect(operations.get('work')?.state).toBe('running')
  for (const resumer of resumers) await resumer.kill()
  expect(operations.get('work')?.state).toBe('interrupted')
})

test('a number that another process has by now does not keep an operation running', async () => {
  const folder = await newFolder()
  const alive = startActor('resumer', folder)
  await alive.line()
  const stale = { ...beginEntry('old'), pid: alive.pid, start: 'another boot/1' }
  await appendFile(join(folder, 'journal.jsonl'), `\n${JSON.stringify(stale)}\n`)
  const { operations } = await open(folder)
  expect(operations.get('old')?.state).toBe(process.platform === 'win32' ? 'running' : 'interrupted')
})

test('what an engine of this process ran before it was closed is interrupted for the next', async () => {
  const folder = await newFolder()
  const first = await openWorkspace(folder, now)
  await first.operations.record(beginEntry('one'))
  const second = await open(folder)
  expect(second.operations.get('one')?.state).toBe('running')
  await first.close()
  const third = await open(folder)
  expect(third.operations.get('one')?.state).toBe('interrupted')
})

test('it can be cancelled but for the push itself', async () => {
  const { operations } = await open(await newFolder())
  await operations.record(beginEntry('one', { kind: 'scale', steps: ['commit', 'push', 'apply'] }))
  const seen: boolean[] = []
  for (const [name, state] of [
    ['commit', 'running'],
    ['push', 'running'],
    ['push', 'done'],
    ['apply', 'running'],
  ] as const) {
    await operations.record({ type: 'step', id: 'one', step: { name, state } })
    seen.push(operations.get('one')?.cancellable ?? false)
  }
  expect(seen).toEqual([true, false, true, true])
})

test('lines of a newer version and of nobody do no harm, and the latter are told', async () => {
  const folder = await newFolder()
  const { operations, store } = await open(folder)
  await operations.record(beginEntry('one'))
  await appendFile(join(folder, 'journal.jsonl'), '\n{"type":"from-the-future","id":"one"}\n\nnot json\n')
  await operations.record({ type: 'step', id: 'never-begun', step: { name: 'apply', state: 'done' } })
  expect(operations.list().map(({ id }) => id)).toEqual(['one'])
  expect(store.notices()).toEqual([
    `${join(folder, 'journal.jsonl')}: 1 line could not be read and stand there still.`,
  ])
})

test('the report names what was done, by whom, how far and with what result', async () => {
  const { operations } = await open(await newFolder())
  await operations.record(beginEntry('one', { title: 'Return to 1a2b3c4' }))
  await operations.record({
    type: 'step',
    id: 'one',
    step: { name: 'apply', state: 'failed', words: 'web was refused' },
  })
  await operations.record({
    type: 'outcome',
    id: 'one',
    outcome: { ...outcome('web', 'failed'), message: 'the server said no' },
  })
  await operations.record({
    type: 'command',
    id: 'one',
    command: { command: 'git fetch', at: now(), durationMs: 12 },
  })
  await operations.record({
    type: 'finish',
    id: 'one',
    at: now(),
    state: 'failed',
    failure: { code: 'SYNC_FAILED', message: 'web: no.' },
  })
  const text = toMarkdown(operations.list())
  for (const words of [
    '## Return to 1a2b3c4',
    'shop-web',
    'mia@desk',
    'apply: failed, web was refused',
    'Deployment/web: failed, the server said no',
    '`git fetch` (12 ms)',
    'SYNC_FAILED: web: no.',
  ])
    expect(text).toContain(words)
})
