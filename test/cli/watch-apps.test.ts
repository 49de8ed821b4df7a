import { expect, test } from 'vitest'
import { AppError } from '#contract'
import { watchApps } from '../../src/cli/watch-apps.ts'
import type { Session } from '../../src/cli/session.ts'

type Options = { readonly signal: AbortSignal }

function sessionOf(stream: (options: Options) => AsyncGenerator): Session {
  return { client: { stream: (_name: string, _input: object, options: Options) => stream(options) } } as never
}

async function all(session: Session): Promise<readonly unknown[]> {
  const seen: unknown[] = []
  for await (const rows of watchApps(session, 1)) seen.push(rows)
  return seen
}

test('once the time is over the rows end, and what was read stays', async () => {
  const session = sessionOf(async function* ({ signal }) {
    yield { upserts: ['a row'] }
    await new Promise((resolve) => signal.addEventListener('abort', resolve))
    throw new AppError('CANCELLED', { message: 'apps.watch was cancelled.' })
  })
  expect(await all(session)).toEqual([['a row']])
})

test('what fails before is told', async () => {
  const session = sessionOf(async function* () {
    yield { upserts: ['a row'] }
    throw new AppError('NOT_FOUND', { message: 'No such app.' })
  })
  await expect(all(session)).rejects.toMatchObject({ code: 'NOT_FOUND' })
})
