import { z } from 'zod'
import { AppError, command, connect, query, serve, stream } from '../../src/contract/index.ts'
import type { Client, Handlers, Pipe, ServeOptions } from '../../src/contract/index.ts'

/** A small table of calls with every kind of ending, for the protocol's own tests. */
export const toy = {
  double: query(z.object({ n: z.number().int() }).strict(), z.object({ n: z.number() })),
  refuse: command(z.object({ code: z.enum(['NOT_FOUND', 'GIT_BUSY']) }).strict(), z.object({}).strict()),
  leak: query(z.object({}).strict(), z.object({}).strict()),
  wait: query(z.object({}).strict(), z.object({ waited: z.boolean() })),
  count: stream(z.object({ to: z.number().int() }).strict(), z.object({ n: z.number() })),
  fail: stream(z.object({ after: z.number().int() }).strict(), z.object({ n: z.number() })),
  listen: stream(z.object({}).strict(), z.object({ n: z.number() })),
  wrong: query(z.object({}).strict(), z.object({ n: z.number() })),
}
export type Toy = typeof toy

export const secret = 'ghp_plantedSecretOfTheTest'

export type ToyState = {
  produced: number
  aborted: number
  returned: number
  begun: number
  readonly errors: unknown[]
  /** Resolves at the next change of the figures for which `is` holds. */
  readonly until: (is: () => boolean) => Promise<void>
}

export function toyHandlers(): { readonly handlers: Handlers<Toy>; readonly state: ToyState } {
  const waiting: { readonly is: () => boolean; readonly resolve: () => void }[] = []
  const state: ToyState = {
    produced: 0,
    aborted: 0,
    returned: 0,
    begun: 0,
    errors: [],
    until: (is) =>
      new Promise((resolve) => {
        waiting.push({ is, resolve })
        changed()
      }),
  }
  const changed = () => {
    for (const one of waiting.filter(({ is }) => is())) {
      waiting.splice(waiting.indexOf(one), 1)
      one.resolve()
    }
  }
  const count = (name: 'produced' | 'aborted' | 'returned' | 'begun') => {
    state[name] += 1
    changed()
  }
  const handlers: Handlers<Toy> = {
    double: async ({ n }) => ({ n: n * 2 }),
    refuse: async ({ code }) => {
      throw new AppError(code, { message: `web: ${code}.`, subject: 'web', data: { line: 3 } })
    },
    leak: async () => {
      throw new Error(`password=${secret}`)
    },
    wait: (_input, { signal }) =>
      new Promise((_resolve, reject) => {
        count('begun')
        signal.addEventListener('abort', () => {
          count('aborted')
          reject(new Error('given up'))
        })
      }),
    count: async function* ({ to }) {
      try {
        for (let n = 0; n < to; n++) {
          count('produced')
          yield { n }
        }
      } finally {
        count('returned')
      }
    },
    fail: async function* ({ after }) {
      for (let n = 0; n < after; n++) yield { n }
      throw new AppError('KUBE_FAILED', { message: 'The cluster said no.' })
    },
    listen: async function* (_input, { signal }) {
      count('begun')
      yield { n: 0 }
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
      count('aborted')
    },
    wrong: async () => ({ n: 'not a number' }) as unknown as { n: number },
  }
  return { handlers, state }
}

export function serveToy(
  pipe: Pipe,
  options?: Partial<ServeOptions>,
): { readonly state: ToyState; readonly handlers: Handlers<Toy> } {
  const { handlers, state } = toyHandlers()
  serve(toy, handlers, pipe, { onError: (error) => void state.errors.push(error), ...options })
  return { state, handlers }
}

export function connectToy(pipe: Pipe): Client<Toy> {
  return connect(toy, pipe)
}
