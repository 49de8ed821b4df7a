import type { OperationLog } from '../operations/log.ts'
import type { Entry, Operations } from '../workspace/index.ts'

/** The workspace's journal as the operations see it. Outcomes and health come in crowds: they are written without waiting for the disk. */
export function operationLogOf(
  operations: Operations,
  ports: {
    readonly now: () => string
    readonly newId: () => string
    /** Called when an entry is in the journal, before what it announces is begun. */
    readonly onRecorded?: ((entry: Entry) => void) | undefined
  },
): OperationLog {
  const record: Operations['record'] = async (entry, options) => {
    await operations.record(entry, options)
    ports.onRecorded?.(entry)
  }
  // A journal that cannot be written stops an operation at its next step, which is awaited; a lost line of detail does not.
  const lazily = (entry: Parameters<Operations['record']>[0]) =>
    void record(entry, { sync: false }).catch(() => undefined)
  return {
    begin: async (input) => {
      const id = ports.newId()
      await record({
        type: 'begin',
        id,
        at: ports.now(),
        pid: process.pid,
        ...input,
        steps: [...input.steps],
      })
      return id
    },
    step: (id, step) => record({ type: 'step', id, step }),
    outcome: (id, outcome) => lazily({ type: 'outcome', id, outcome }),
    health: (id, health) => lazily({ type: 'health', id, health }),
    command: (id, command) => lazily({ type: 'command', id, command }),
    note: (id, facts) => record({ type: 'note', id, ...facts }),
    wait: (id) => record({ type: 'wait', id }),
    finish: (id, state, failure, resumable) =>
      record({
        type: 'finish',
        id,
        at: ports.now(),
        state,
        ...(failure === undefined ? {} : { failure }),
        ...(resumable === true ? { resumable } : {}),
      }),
  }
}
