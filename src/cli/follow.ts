import type { Operation } from '#contract'
import { Exit, exitCodeOf } from './exit.ts'
import type { Output } from './output.ts'
import type { Session } from './session.ts'

/** Follows an operation to its end, printing each step and each object's result once. A bad end is the command's end. */
export async function follow(session: Session, out: Output, operationId: string): Promise<Operation> {
  const printed = new Set<string>()
  const once = (key: string, text: string) => {
    if (printed.has(key)) return
    printed.add(key)
    out.line(text)
  }
  const interrupt = () =>
    void session.client.call('operations.cancel', { operationId }).catch(() => undefined)
  process.once('SIGINT', interrupt)
  try {
    for await (const delta of session.client.stream('operations.watch', {})) {
      const operation = delta.upserts.find(({ id }) => id === operationId)
      if (operation === undefined) continue
      for (const { key, outcome, message } of operation.outcomes) {
        if (outcome !== 'unchanged')
          once(
            `${outcome} ${JSON.stringify(key)}`,
            `  ${outcome} ${key.kind}/${key.name}${message === undefined ? '' : `: ${message}`}`,
          )
      }
      for (const step of operation.steps) {
        if (step.state === 'waiting' || step.state === 'running') continue
        once(
          `${step.name} ${step.state}`,
          `${mark(step.state, out)} ${step.name}${step.words === undefined ? '' : `: ${step.words}`}${seconds(step.startedAt, step.finishedAt)}`,
        )
      }
      const { pullRequest } = operation
      if (pullRequest !== undefined)
        once(
          'pull request',
          pullRequest.page ?? `Open a pull request for ${pullRequest.remote}/${pullRequest.branch}.`,
        )
      if (operation.state === 'waiting')
        once('waiting', 'It goes on when it is merged: serve or the window looks after each fetch.')
      if (operation.state !== 'running') return ended(operation)
    }
    throw new Exit(2, 'The engine ended.')
  } finally {
    process.removeListener('SIGINT', interrupt)
  }
}

function ended(operation: Operation): Operation {
  const { state, failure } = operation
  if (state === 'done' || state === 'waiting') return operation
  const hint =
    operation.proposable === true ? '\nSay --pull-request to propose it on a branch of its own.' : ''
  throw new Exit(
    failure === undefined ? 2 : exitCodeOf(failure.code),
    `${failure?.code ?? state}: ${failure?.message ?? operation.title}${hint}`,
  )
}

function mark(state: string, out: Output): string {
  if (state === 'done') return out.paint('green', 'done   ')
  return state === 'skipped' ? out.paint('dim', 'skipped') : out.paint('red', state.padEnd(7))
}

function seconds(from: string | undefined, to: string | undefined): string {
  if (from === undefined || to === undefined) return ''
  return ` (${((Date.parse(to) - Date.parse(from)) / 1000).toFixed(1)} s)`
}
