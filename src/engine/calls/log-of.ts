import type { OperationLog } from '../operations/log.ts'
import type { Operations } from '../workspace/index.ts'

/** The workspace's journal as the operations see it. Outcomes and health come in crowds: they are written without waiting for the disk. */
export function operationLogOf(
  operations: Operations,
  ports: { readonly now: () => string; readonly newId: () => string },
): OperationLog {
  // A journal that cannot be written stops an operation at its next step, which is awaited; a lost line of detail does not.
  const lazily = (entry: Parameters<Operations['record']>[0]) =>
    void operations.record(entry, { sync: false }).catch(() => undefined)
  return {
    begin: async (input) => {
      const id = ports.newId()
      await operations.record({
        type: 'begin',
        id,
        at: ports.now(),
        pid: process.pid,
        ...input,
        steps: [...input.steps],
      })
      return id
    },
    step: (id, step) => operations.record({ type: 'step', id, step }),
    outcome: (id, outcome) => lazily({ type: 'outcome', id, outcome }),
    health: (id, health) => lazily({ type: 'health', id, health }),
    command: (id, command) => lazily({ type: 'command', id, command }),
    note: (id, facts) => operations.record({ type: 'note', id, ...facts }),
    finish: (id, state, failure) =>
      operations.record({
        type: 'finish',
        id,
        at: ports.now(),
        state,
        ...(failure === undefined ? {} : { failure }),
      }),
  }
}
