import { join } from 'node:path'
import { existsSync } from 'node:fs'
import type { Place } from './place.ts'
import type { GitRunner } from './runner.ts'

const fetchTimeoutMs = 300_000

/** Fetches one remote's branches without prompts, tags, submodules or gc. The caller has made sure that the clone is trusted. */
export async function fetchRemote(
  git: GitRunner,
  place: Place,
  remote: string,
  signal?: AbortSignal,
): Promise<void> {
  const flags = [
    '--no-tags',
    '--no-recurse-submodules',
    '--no-auto-maintenance',
    '--no-write-fetch-head',
    '--quiet',
  ]
  await git.run(['fetch', ...flags, '--', remote], {
    cwd: place.path,
    mode: 'network',
    signal,
    timeoutMs: fetchTimeoutMs,
  })
}

/** Local configuration that names programs which Git would run for the network or for a commit; asked about before the first fetch. */
const running = String.raw`^(core\.(sshcommand|gitproxy|askpass|hookspath|fsmonitor)|credential(\..*)?\.helper|remote\..*\.(vcs|uploadpack|receivepack|proxy)|url\..*\.(insteadof|pushinsteadof)|filter\..*|include(if\..*)?\.path|protocol\..*)$`

/** What a fetch or push would run because this clone's own configuration says so, one `key=value` each, credentials masked. */
export async function readNetworkCommands(git: GitRunner, place: Place): Promise<readonly string[]> {
  const text = await git.text(['config', '--local', '--get-regexp', running], {
    cwd: place.path,
    expect: [0, 1],
  })
  const configured = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.replace(' ', '=').replace(/(\b[a-z][a-z0-9+.-]*:\/\/)[^/@\s]+@/gi, '$1***@'))
  const hooks = ['pre-push', 'reference-transaction', 'commit-msg'].filter((hook) =>
    existsSync(join(place.commonDir, 'hooks', hook)),
  )
  return [...configured, ...hooks.map((hook) => `hook ${hook}`)]
}
