import { writeFileSync } from 'node:fs'
import { createGit } from '../../src/engine/git/index.ts'
import { createStarter } from '../../src/engine/process/index.ts'
import { armKillingGit } from './killing-git.ts'
import { prepare } from './landing.ts'
import { testStarter } from './starter.ts'

/**
 * A process that lands a draft and is killed at a step: started by the kill tests with the clone, the folder for quarantines, `push` or
 * `local`, `<step>` or `<step>@<words>` (after the first command of git with these words since the step was announced), and a file for what a
 * journal would hold. Where its git kills it (killing-git.ts) the step arms that.
 */
const [clone = '', quarantines = '', mode = 'push', at = '', journal = ''] = process.argv.slice(2)
const [killStep, words] = at.split('@')
let armed = false

function kill(): void {
  process.kill(process.pid, 'SIGKILL')
}

const starter = createStarter(testStarter)
const git = createGit({
  starter,
  env: process.env,
  quarantines,
  caches: `${quarantines}-caches`,
  onRun: ({ command }) => {
    if (armed && words !== undefined && command.includes(words)) kill()
  },
})
const opened = await git.open(clone)
const base = (await opened.tracked('main')).tip
const { room, order } = await prepare(
  opened,
  base,
  { 'app/a.yaml': 'a: 2\n', 'app/new.yaml': 'n: 1\n' },
  {
    local: mode === 'local',
    onStep: (step) => {
      const { onStep: _, ...kept } = order
      writeFileSync(journal, JSON.stringify({ order: kept, dir: room.dir, reached: step }), { flush: true })
      if (step !== killStep) return
      if (process.env.KILL_ARM !== undefined) armKillingGit()
      else if (words === undefined) kill()
      armed = true
    },
  },
)
await room.store(order)
await opened.landHeld(order)
git.close()
starter.close()
