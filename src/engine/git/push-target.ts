import { isSameRepository } from '#core'
import { readRemote } from './refs.ts'
import type { GitRunner } from './runner.ts'

/** Where Git would push a branch, as the operator's own configuration says. URLs may hold credentials: they are for `pullRequestPage` alone. */
export type PushTarget = {
  readonly remote: string
  readonly pushUrl: string
  /** As it is written, where `url.*.insteadOf` sends Git somewhere else (a mirror): the forge may be known by this one. */
  readonly writtenUrl: string
  /** Where the tracked branch is fetched from. */
  readonly fetchUrl: string
  readonly writtenFetchUrl: string
  /** Pushes go to another repository than the tracked branch is fetched from: a fork, as in triangular work. */
  readonly elsewhere: boolean
}

/** `branch.<name>.pushRemote`, else `remote.pushDefault`, else the tracked remote; undefined without a remote. */
export async function readPushTarget(
  git: GitRunner,
  cwd: string,
  branch: string,
): Promise<PushTarget | undefined> {
  const config = (key: string) => git.text(['config', '--get', key], { cwd, expect: [0, 1] })
  const [tracked, own, usual, named] = await Promise.all([
    readRemote(git, cwd, branch),
    config(`branch.${branch}.pushRemote`),
    config('remote.pushDefault'),
    git.text(['remote'], { cwd }),
  ])
  if (tracked === undefined) return undefined
  const remotes = new Set(named.split('\n'))
  const remote = [own, usual].find((name) => remotes.has(name) && name !== '') ?? tracked.name
  const [fetchUrl, pushUrl, writtenPush, written, writtenFetchUrl] = await Promise.all([
    git.text(['remote', 'get-url', '--', tracked.name], { cwd }),
    git.text(['remote', 'get-url', '--push', '--', remote], { cwd }),
    config(`remote.${remote}.pushurl`),
    config(`remote.${remote}.url`),
    config(`remote.${tracked.name}.url`),
  ])
  const writtenUrl = writtenPush === '' ? written : writtenPush
  const elsewhere = !isSameRepository(fetchUrl, pushUrl)
  return { remote, pushUrl, writtenUrl, fetchUrl, writtenFetchUrl, elsewhere }
}
