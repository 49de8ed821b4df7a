import { join } from 'node:path'
import { withFileLock } from './file-lock.ts'
import { openJournal } from './journal.ts'
import { openOperations } from './operations.ts'
import type { Operations } from './operations.ts'
import { openStore, storeFile } from './store.ts'
import type { Store } from './store.ts'
import { watchFolder } from './watch-folder.ts'

export { dataFolder } from './data-folder.ts'
export { checkCertificates, checkRenderers, checkShell, checkSignIn } from './doctor.ts'
export { toMarkdown } from './export.ts'
export { isAlive } from '../process/index.ts'
export { createShellEnvironment } from './shell-environment.ts'
export type { ShellEnvironment } from './shell-environment.ts'
export { initialSettings } from './state.ts'
export type { State, StoredClone } from './state.ts'
export type { Entry } from './operation-entries.ts'
export type { Operations } from './operations.ts'
export type { Store } from './store.ts'

/** What an account keeps between starts: settings, clones, apps, and the journal of what was done. */
export type Workspace = {
  readonly folder: string
  readonly store: Store
  readonly operations: Operations
  readonly close: () => Promise<void>
}

const journalFile = 'journal.jsonl'

/**
 * Opens the workspace in a folder, making it where it is not. Any number of processes may have it open; each hears of the others' changes.
 * `DISK_FULL`, `DISK_FAILED`, `SETTINGS_NEWER`.
 */
export async function openWorkspace(folder: string, now: () => string): Promise<Workspace> {
  const store = await openStore(folder, now)
  const file = join(folder, journalFile)
  const journal = await openJournal(file)
  const operations = await openOperations({
    journal,
    exclusively: (work) => withFileLock(`${file}.lock`, work),
  })
  const unwatch = watchFolder(folder, [storeFile, journalFile], (name) => {
    // What cannot be read now is said by whoever asks for it next.
    void (name === storeFile ? store.refresh() : operations.refresh()).catch(() => undefined)
  })
  return {
    folder,
    store: { ...store, notices: () => [...store.notices(), ...journalNotices(file, operations)] },
    operations,
    close: async () => {
      unwatch()
      operations.close()
      await journal.close()
    },
  }
}

function journalNotices(file: string, operations: Operations): readonly string[] {
  const lines = operations.brokenLines()
  return lines === 0
    ? []
    : [`${file}: ${lines} ${lines === 1 ? 'line' : 'lines'} could not be read and stand there still.`]
}
