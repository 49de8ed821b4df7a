import { createInterface } from 'node:readline'
import { appendFile } from 'node:fs/promises'
import { join } from 'node:path'
import { withFileLock } from '../../../src/engine/workspace/file-lock.ts'
import { openWorkspace } from '../../../src/engine/workspace/index.ts'
import { openJournal } from '../../../src/engine/workspace/journal.ts'

// A second process of the same account, for tests: what it prints has really happened.
const [role = '', folder = ''] = process.argv.slice(2)
const say = (line: string) => process.stdout.write(`${line}\n`)
const words = createInterface(process.stdin)[Symbol.asyncIterator]()
const now = () => new Date().toISOString()

const roles: Readonly<Record<string, () => Promise<void>>> = {
  /** Appends until it is killed; each number is printed once it is on disk. */
  appender: async () => {
    const journal = await openJournal(join(folder, 'journal.jsonl'))
    for (let n = 0; ; n++) {
      await journal.append({ n, pad: 'x'.repeat((n * 37) % 3000) })
      say(String(n))
    }
  },
  /** Begins an operation, has its first step running, then waits to be killed. */
  worker: async () => {
    const { operations } = await openWorkspace(folder, now)
    await operations.record({
      type: 'begin',
      id: 'work',
      at: now(),
      pid: process.pid,
      kind: 'return',
      appId: 'a1',
      appName: 'shop-web',
      title: 'Return to 1a2b3c4',
      who: 'mia@desk',
      steps: ['commit', 'push', 'apply'],
      data: { target: '1a2b3c4' },
    })
    await operations.record({
      type: 'step',
      id: 'work',
      step: { name: 'commit', state: 'done', words: '5d6e7f8' },
    })
    await operations.record({ type: 'note', id: 'work', commit: '5d6e7f8'.padEnd(40, '0') })
    await operations.record({ type: 'step', id: 'work', step: { name: 'push', state: 'running' } })
    say('running')
    await words.next()
  },
  /** Tries to take up the operation `work` when told. */
  resumer: async () => {
    const { operations } = await openWorkspace(folder, now)
    say('ready')
    await words.next()
    await operations.record({ type: 'resume', id: 'work', pid: process.pid }).then(
      () => say('resumed'),
      (error: { code?: string }) => say(error.code ?? 'failed'),
    )
    await words.next()
  },
  /** Adds 25 clones, one update each. */
  updater: async () => {
    const { store } = await openWorkspace(folder, now)
    for (let n = 0; n < 25; n++) {
      const id = `${process.pid}-${n}`
      await store.update((state) => ({
        ...state,
        clones: [...state.clones, { id, name: id, path: `/src/${id}` }],
      }))
    }
    say('done')
  },
  /** Enters the lock, says so, leaves when told. */
  holder: async () => {
    await withFileLock(join(folder, 'it.lock'), async () => {
      say('inside')
      await words.next()
    })
    say('outside')
    await words.next()
  },
  /** Writes begin and end of twenty stays inside the lock. */
  visitor: async () => {
    for (let n = 0; n < 20; n++)
      await withFileLock(join(folder, 'it.lock'), async () => {
        await appendFile(join(folder, 'visits'), `in ${process.pid}\n`)
        await appendFile(join(folder, 'visits'), `out ${process.pid}\n`)
      })
    say('done')
  },
}

await roles[role]?.()
process.exit(0)
