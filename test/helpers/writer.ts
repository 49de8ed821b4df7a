import { AppError } from '#contract'
import { createGit } from '../../src/engine/git/index.ts'
import type { Repo } from '../../src/engine/git/index.ts'
import { land, prepare } from './landing.ts'

/**
 * A window of ours as a process: lands `count` commits one after the other, each planned again on the new tip until it is the one that
 * lands. Started by the test of many writers with the clone, the folder for quarantines, a name and the count.
 */
const [clone = '', quarantines = '', name = '', count = '0'] = process.argv.slice(2)
const git = createGit({ env: process.env, quarantines, caches: `${quarantines}-caches` })
const opened = await git.open(clone)
for (let number = 0; number < Number(count); number++) while (!(await landed(opened, number))) continue
git.close()

async function landed(repo: Repo, number: number): Promise<boolean> {
  const base = (await repo.tracked('main')).tip
  const prepared = await prepare(
    repo,
    base,
    { [`ours/${name}-${number}.yaml`]: `n: ${number}\n` },
    { hold: `${name}-${number}` },
  )
  try {
    await land(repo, prepared)
    return true
  } catch (error) {
    if (!(error instanceof AppError) || !['PUSH_REJECTED', 'GIT_BUSY'].includes(error.code)) throw error
    return false
  } finally {
    await prepared.room.discard()
  }
}
