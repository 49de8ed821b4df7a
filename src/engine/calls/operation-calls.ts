import type { Api, Connection, Handlers } from '#contract'
import { AppError } from '#contract'
import { toMarkdown } from '../workspace/index.ts'
import type { Parts } from './ports.ts'
import type { Runner } from './runner.ts'
import { streamDeltas } from './streams.ts'

type Names =
  | 'operations.watch'
  | 'operations.cancel'
  | 'operations.resume'
  | 'operations.propose'
  | 'operations.export'
  | 'connections.watch'
  | 'connections.retry'

export function operationCalls(parts: Parts, runner: Runner): Pick<Handlers<Api>, Names> {
  const { operations } = parts.workspace
  const listed = (appId: string | undefined) =>
    operations.list().filter((one) => appId === undefined || one.appId === appId)
  return {
    'operations.watch': async function* ({ appId }, { signal }) {
      yield* streamDeltas({
        read: () => listed(appId),
        onChange: operations.onChange,
        idOf: ({ id }) => id,
        signal,
      })
    },
    'operations.cancel': async ({ operationId }) => {
      const running = parts.running.get(operationId)
      const operation = operations.get(operationId)
      if (operation?.state === 'waiting') {
        await runner.giveUp(operationId)
        return {}
      }
      if (running === undefined || operation?.cancellable !== true) {
        throw new AppError('NOT_FOUND', {
          message: 'This operation cannot be cancelled any more.',
          subject: operationId,
        })
      }
      running.abort()
      return {}
    },
    'operations.resume': async ({ operationId }) => {
      await runner.resume(operationId)
      return {}
    },
    'operations.propose': async ({ operationId }) => ({ operationId: await runner.propose(operationId) }),
    'operations.export': ({ format, appId }) => {
      const shown = listed(appId)
      return Promise.resolve({
        text: format === 'markdown' ? toMarkdown(shown) : JSON.stringify(shown, null, 2),
      })
    },
    'connections.watch': async function* (_input, { signal }) {
      yield* streamDeltas<Connection>({
        read: () => parts.kube.connections(),
        onChange: (listener) => parts.kube.onConnection(listener),
        idOf: ({ context }) => context,
        signal,
      })
    },
    'connections.retry': ({ context }) => {
      parts.kube.retry(context)
      return Promise.resolve({})
    },
  }
}
