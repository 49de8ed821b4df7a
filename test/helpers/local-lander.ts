import { createGit } from '../../src/engine/git/index.ts'
import { land, prepare } from './landing.ts'

/** A process that lands a draft on the local branch, with its runs on record: started with the clone and the folder of our data. */
const [clone = '', data = ''] = process.argv.slice(2)
const git = createGit({
  env: process.env,
  quarantines: `${data}/drafts`,
  caches: `${data}/caches`,
  records: `${data}/runs`,
})
const opened = await git.open(clone)
const base = (await opened.tracked('main')).local ?? ''
await land(opened, await prepare(opened, base, { 'app/a.yaml': 'a: 2\n' }, { local: true }))
git.close()
