import { readFileSync } from 'node:fs'
import { openTestSession } from '../helpers/session.ts'
import { visit } from './visit.ts'

/** An engine in a process of its own, so that it can be traced: visits what standard input lists and answers a line for each. */
type Order = { readonly folder: string; readonly path: string; readonly branch: string }

const [dataDir = ''] = process.argv.slice(2)
const orders = JSON.parse(readFileSync(0, 'utf8')) as readonly Order[]
// A call that never answers must not look like the end of the process.
const awake = setInterval(() => undefined, 1_000)
const session = await openTestSession({ dataDir })
const waiting = orders.values()
// As a person has several clones open; most of a visit is waiting for processes.
await Promise.all(
  Array.from({ length: 4 }, async () => {
    for (const order of waiting) {
      const started = performance.now()
      const seen = await visit(session, order).catch((error: unknown) => ({
        folder: order.folder,
        answered: {},
        refused: { step: 'add', code: 'CRASHED', message: String((error as Error).stack) },
      }))
      process.stdout.write(`${JSON.stringify({ ...seen, ms: Math.round(performance.now() - started) })}\n`)
    }
  }),
)
clearInterval(awake)
await session.close('keep')
