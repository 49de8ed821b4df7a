import { expect, test } from 'vitest'
import fc from 'fast-check'
import { api, errorText } from '../../src/contract/index.ts'
import type { CallName, DownFrame, Pipe } from '../../src/contract/index.ts'

/** Strings and shapes that break naive readers of paths, ids and refs. */
const nasty = fc.oneof(
  fc.string(),
  fc.constantFrom(
    '',
    '..',
    '../../etc/passwd',
    '-rf',
    '--upload-pack=x',
    'a\0b',
    '\n',
    '$(id)',
    'x'.repeat(5000),
    '__proto__',
  ),
)
const fieldNames = [
  'appId',
  'cloneId',
  'path',
  'commit',
  'draftId',
  'planId',
  'operationId',
  'fingerprint',
  'limit',
  'format',
  'context',
  'spec',
  'key',
  'decisions',
  'message',
  '__proto__',
] as const
const junk = fc.oneof(
  fc.anything({ withBigInt: false }),
  fc.dictionary(
    fc.constantFrom(...fieldNames),
    fc.oneof(nasty, fc.integer(), fc.constant(null), fc.array(nasty, { maxLength: 3 })),
  ),
)

/**
 * Whatever is asked of whichever call: a Failure with a code of the table, or an answer, and never an INTERNAL one. `open` gives the
 * client's end of a served pipe; `calls` are those that may really be carried out with what passes their schema.
 */
export function junkLaws(open: () => Promise<Pipe>, calls: readonly CallName[], runs: number): void {
  test.each(calls)('%s answers junk with a Failure', async (name) => {
    const pipe = await open()
    const waiting = new Map<number, (frame: DownFrame) => void>()
    pipe.onFrame((raw) => {
      const frame = raw as DownFrame
      waiting.get(frame.id)?.(frame)
    })
    let lastId = 0
    const ask = (input: unknown) =>
      new Promise<DownFrame>((resolve) => {
        const id = ++lastId
        waiting.set(id, resolve)
        pipe.send({ type: 'call', id, name, input, credit: 1 })
      }).finally(() => pipe.send({ type: 'cancel', id: lastId }))
    await fc.assert(
      fc.asyncProperty(junk, async (input) => {
        const cloneable = toCloneable(input)
        const frame = await ask(cloneable)
        const accepted = api[name].input.safeParse(cloneable).success
        if (frame.type !== 'err') expect(accepted).toBe(true)
        else {
          expect(Object.keys(errorText)).toContain(frame.failure.code)
          expect(frame.failure.code, JSON.stringify(input)).not.toBe('INTERNAL')
          if (!accepted) expect(frame.failure.code).toBe('BAD_REQUEST')
        }
      }),
      { numRuns: runs },
    )
    pipe.close()
  })
}

function toCloneable(input: unknown): unknown {
  try {
    return structuredClone(input)
  } catch {
    return 'not cloneable'
  }
}
