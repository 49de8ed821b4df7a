import { join } from 'node:path'
import { openJournal } from './journal.ts'
import { openOperations } from './operations.ts'
import type { Operations } from './operations.ts'
import { openStore } from './store.ts'
import type { Store } from './store.ts'

export { dataFolder } from './data-folder.ts'
export { toMarkdown } from './export.ts'
export { initialSettings } from './state.ts'
export type { State, StoredClone } from './state.ts'
export type { Operations } from './operations.ts'
export type { Store } from './store.ts'

/** What an account keeps between starts: settings, clones, apps, and the journal of what was done. */
export type Workspace = {
  readonly folder: string
  readonly store: Store
  readonly operations: Operations
  readonly close: () => Promise<void>
}

/** Opens the workspace in a folder, making it where it is not. `DISK_FULL`, `DISK_FAILED`, `SETTINGS_NEWER`. */
export async function openWorkspace(folder: string, now: () => string): Promise<Workspace> {
  const store = await openStore(folder, now)
  const journal = await openJournal(join(folder, 'journal.jsonl'))
  const operations = await openOperations(journal)
  return {
    folder,
    store,
    operations,
    close: async () => {
      store.close()
      await journal.close()
    },
  }
}
