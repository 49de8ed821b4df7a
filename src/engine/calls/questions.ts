import { join } from 'node:path'
import type { Answer, Api, Handlers, Question } from '#contract'
import { AppError } from '#contract'
import { maskText, parsePrompt } from '#core'
import type { Asker } from '../git/index.ts'
import { openAskpass } from '../process/index.ts'
import type { Askpass, Prompt } from '../process/index.ts'
import { streamDeltas } from './streams.ts'

export type Questions = {
  readonly asker: Asker
  readonly calls: Pick<Handlers<Api>, 'questions.watch' | 'questions.answer'>
}

type Asked = {
  readonly question: Question
  readonly reply: (answer: Answer) => Promise<void>
  readonly timer: NodeJS.Timeout
}
type Order = Parameters<Asker>[0]

const usualWithinMs = 5 * 60_000

/** The desk between what asks (git and ssh, each over a pipe of its own) and whoever watches: a window, or a terminal. */
export function createQuestions(ports: {
  readonly dataDir: string
  readonly newId: () => string
  readonly now: () => number
  /** How long a question waits; five minutes unless told. */
  readonly answerWithinMs?: number
}): Questions {
  const asked = new Map<string, Asked>()
  const listeners = new Set<() => void>()
  const answerWithinMs = ports.answerWithinMs ?? usualWithinMs
  let watchers = 0
  const tell = () => {
    for (const listener of listeners) listener()
  }
  const drop = (id: string) => {
    clearTimeout(asked.get(id)?.timer)
    if (asked.delete(id)) tell()
  }
  const open: Asker = async (order) => {
    const ending = new AbortController()
    const ids = new Map<string, string>()
    const before = new Set<string>()
    let answered = false
    const stopped = () => ending.signal.aborted || order.signal?.aborted === true
    const onPrompt = (prompt: Prompt) => {
      if (watchers === 0 || stopped()) return void askpass?.answer(prompt.id, undefined)
      const id = ports.newId()
      ids.set(prompt.id, id)
      const until = ports.now() + answerWithinMs
      const question = toQuestion(order, prompt, { id, until, before })
      asked.set(id, {
        question,
        reply: async (answer) => {
          drop(id)
          if (answer.kind === 'cancel') {
            ending.abort(
              new AppError('CANCELLED', { message: `${order.command} was cancelled when it asked.` }),
            )
          } else {
            answered = true
            await askpass?.answer(prompt.id, answer.text)
          }
        },
        timer: setTimeout(() => {
          drop(id)
          ending.abort(unanswered(question))
        }, answerWithinMs),
      })
      tell()
    }
    const askpass: Askpass | undefined = await openAskpass({
      scriptDir: join(ports.dataDir, 'askpass'),
      onPrompt,
      onGone: (id) => drop(ids.get(id) ?? ''),
    })
    // What waits for an answer would outlive a git that was ended, and keep its outputs open.
    const hangUp = () => {
      for (const [prompt, id] of ids) {
        drop(id)
        void askpass?.answer(prompt, undefined)
      }
    }
    ending.signal.addEventListener('abort', hangUp, { once: true })
    order.signal?.addEventListener('abort', hangUp, { once: true })
    return {
      env: askpass?.env ?? {},
      signal: ending.signal,
      answered: () => answered,
      close: async () => {
        order.signal?.removeEventListener('abort', hangUp)
        for (const id of ids.values()) drop(id)
        await askpass?.close()
      },
    }
  }
  return {
    asker: open,
    calls: {
      'questions.watch': async function* (_input, { signal }) {
        watchers += 1
        try {
          yield* streamDeltas({
            read: () => [...asked.values()].map(({ question }) => question),
            onChange: (listener) => {
              listeners.add(listener)
              return () => listeners.delete(listener)
            },
            idOf: ({ id }) => id,
            signal,
          })
        } finally {
          watchers -= 1
        }
      },
      'questions.answer': async ({ id, answer }) => {
        const found = asked.get(id)
        if (found === undefined)
          throw new AppError('QUESTION_GONE', { message: 'What asked this has ended.', subject: id })
        await found.reply(answer)
        return {}
      },
    },
  }
}

function toQuestion(
  { command, cwd, subject, again: refused }: Order,
  { text, hint }: Prompt,
  made: { readonly id: string; readonly until: number; readonly before: Set<string> },
): Question {
  const parsed = parsePrompt(text, hint === 'confirm' || hint === 'none' ? hint : '')
  const again = refused || made.before.has(text)
  made.before.add(text)
  return {
    ...parsed,
    id: made.id,
    subject: parsed.subject === '' ? (subject ?? cwd) : parsed.subject,
    command,
    clone: cwd,
    words: maskText(text),
    again,
    until: new Date(made.until).toISOString(),
  }
}

function unanswered({ command, subject }: Question): AppError {
  return new AppError('QUESTION_UNANSWERED', {
    message: `${subject}: ${command} asked, and nobody answered in time.`,
    subject,
    action: 'retry',
    retryable: true,
  })
}
