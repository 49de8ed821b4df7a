import { isSameRepository } from '#core'
import { readConfig } from './config.ts'
import { remoteOf } from './refs.ts'
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
  const config = await readConfig(git, cwd)
  const tracked = remoteOf(config, branch)
  if (tracked === undefined) return undefined
  const remotes = new Set(config.names('remote'))
  const wanted = [config.get(`branch.${branch}.pushremote`), config.get('remote.pushdefault')]
  const remote = wanted.find((name) => remotes.has(name)) ?? tracked.name
  // Where `url.*.insteadOf` sends Git is Git's to say.
  const [fetchUrl, pushUrl] = await Promise.all([
    git.text(['remote', 'get-url', '--', tracked.name], { cwd }),
    git.text(['remote', 'get-url', '--push', '--', remote], { cwd }),
  ])
  const writtenUrl = config.get(`remote.${remote}.pushurl`) || config.get(`remote.${remote}.url`)
  const writtenFetchUrl = config.get(`remote.${tracked.name}.url`)
  const elsewhere = !isSameRepository(fetchUrl, pushUrl)
  return { remote, pushUrl, writtenUrl, fetchUrl, writtenFetchUrl, elsewhere }
}
