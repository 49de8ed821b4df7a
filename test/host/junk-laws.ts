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
const value = fc.oneof(
  nasty,
  nasty,
  fc.integer(),
  fc.constant(null),
  fc.array(nasty, { maxLength: 3 }),
  fc.anything({ withBigInt: false }),
)

/** Anything at all, and objects with just the keys that the call wants: most of the latter pass the schema where it wants texts. */
function junkFor(name: CallName) {
  const own = Object.fromEntries(keysOf(api[name].input).map((key) => [key, value]))
  return fc.oneof(
    { weight: 1, arbitrary: fc.anything({ withBigInt: false }) },
    { weight: 1, arbitrary: fc.dictionary(fc.string(), value) },
    { weight: 3, arbitrary: fc.record(own) },
  )
}

function keysOf(schema: unknown): readonly string[] {
  if (typeof schema !== 'object' || schema === null) return []
  if ('shape' in schema) return Object.keys(schema.shape as object)
  if ('unwrap' in schema) return keysOf((schema.unwrap as () => unknown).call(schema))
  return 'options' in schema ? (schema.options as readonly unknown[]).flatMap(keysOf) : []
}

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
      fc.asyncProperty(junkFor(name), async (input) => {
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
