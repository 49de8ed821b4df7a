import { readFileSync, writeSync } from 'node:fs'
import type { Plan } from '../../../src/contract/index.ts'
import { createSync } from '../../../src/engine/sync/index.ts'
import type { SyncEvent } from '../../../src/engine/sync/index.ts'
import { connectTo } from './connect.ts'
import { decisions, desiredOf, oid } from './world.ts'

/** A sync that stands still at a named step until it is killed: everything it does is done as the engine does it. */
const file = process.argv[2] ?? ''
const input = JSON.parse(readFileSync(file, 'utf8')) as {
  readonly kubeconfig: string
  readonly app: string
  readonly namespace: string
  readonly plan: Plan
  readonly step: string
}
const cluster = await connectTo(input.kubeconfig).cluster()
const sync = createSync({ who: 'killed@desk', version: '1.0.0' })

function isAt(event: SyncEvent): boolean {
  if (event.type !== 'step') return event.type === input.step
  // The lock is taken before the first wave says that it runs.
  return (
    `step ${event.step.name}` === input.step &&
    event.step.state === 'running' &&
    event.step.words !== 'Taking the lock.'
  )
}

await sync.runSync({
  ...desiredOf(input.app, { cluster, namespace: input.namespace, revision: oid('two') }),
  plan: input.plan,
  decisions: decisions(),
  operationId: 'killed',
  onEvent: (event) => {
    if (!isAt(event)) return
    writeSync(1, 'at the step\n')
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
  },
})
