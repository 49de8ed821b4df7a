import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Place } from './place.ts'
import type { Quarantine } from './quarantine.ts'
import { atLeast } from './runner.ts'
import type { GitRunner } from './runner.ts'

export type Message = {
  readonly subject: string
  readonly body: string
  readonly trailers: readonly string[]
}

/** Subject, body and trailers as one commit message; git's own line about undone commits belongs to the body. */
export function formatMessage(message: Message): string {
  const parts = [message.subject.trim(), message.body.trim(), message.trailers.join('\n')].filter(
    (part) => part !== '',
  )
  return `${parts.join('\n\n')}\n`
}

/**
 * Runs the clone's `commit-msg` hook, as a commit would (a refusal is `GIT_FAILED` with the hook's words), and answers the message it
 * left. `skipped` names the hooks that do not run on this path.
 */
export async function runMessageHook(
  git: GitRunner,
  request: {
    readonly place: Place
    readonly quarantine: Quarantine
    readonly message: string
    readonly version: readonly [number, number]
  },
): Promise<{ readonly message: string; readonly skipped: readonly string[] }> {
  const hooks = (
    await git.text(['rev-parse', '--git-path', 'hooks'], { cwd: request.place.path, mode: 'write' })
  ).trim()
  const folder = hooks.startsWith('/') ? hooks : join(request.place.path, hooks)
  const present = (hook: string) => existsSync(join(folder, hook))
  const skipped = ['pre-commit', 'prepare-commit-msg', 'post-commit'].filter(present)
  if (!present('commit-msg')) return { message: request.message, skipped }
  if (!atLeast(request.version, [2, 36]))
    return { message: request.message, skipped: [...skipped, 'commit-msg'] }
  const file = join(request.quarantine.dir, 'COMMIT_EDITMSG')
  await writeFile(file, request.message)
  await git.run(['hook', 'run', 'commit-msg', '--', file], {
    cwd: request.place.path,
    env: request.quarantine.env,
    mode: 'write',
  })
  return { message: await readFile(file, 'utf8'), skipped }
}
