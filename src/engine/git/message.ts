import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { isAbsolute, join } from 'node:path'
import { AppError } from '#contract'
import { maskText } from '#core'
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
  const subject = message.subject.replace(/\s+/g, ' ').trim()
  const trailers = message.trailers.map((trailer) => trailer.replace(/\s+/g, ' ').trim()).join('\n')
  const parts = [subject, message.body.trim(), trailers].filter((part) => part !== '')
  // git refuses a message with NUL.
  return `${parts.join('\n\n').replaceAll('\0', '')}\n`
}

/**
 * Runs the clone's `commit-msg` hook, as a commit would (a refusal is `MESSAGE_REFUSED` with the hook's words), and answers the message it
 * left. `skipped` names the hooks that do not run on this path. A preview runs none.
 */
export async function runMessageHook(
  git: GitRunner,
  request: {
    readonly place: Place
    readonly quarantine: Quarantine
    readonly message: string
    readonly version: readonly [number, number]
    readonly preview: boolean
  },
): Promise<{ readonly message: string; readonly skipped: readonly string[] }> {
  const { place, quarantine, message } = request
  const present = await hooksOf(git, place)
  const skipped = ['pre-commit', 'prepare-commit-msg', 'post-commit'].filter(present)
  if (!present('commit-msg')) return { message, skipped }
  if (!atLeast(request.version, [2, 36])) return { message, skipped: [...skipped, 'commit-msg'] }
  if (request.preview) return { message, skipped }
  const file = join(quarantine.dir, 'COMMIT_EDITMSG')
  await writeFile(file, message)
  const result = await git.run(['hook', 'run', '--ignore-missing', 'commit-msg', '--', file], {
    cwd: place.path,
    env: quarantine.env,
    mode: 'hooks',
    expect: anyExit,
  })
  if (result.exitCode !== 0)
    throw new AppError('MESSAGE_REFUSED', {
      message: `The commit-msg hook of ${place.path} refused the message: ${maskText(`${result.stderr}\n${new TextDecoder().decode(result.stdout)}`).trim()}`,
      subject: place.path,
    })
  return { message: await readFile(file, 'utf8'), skipped }
}

const anyExit = Array.from({ length: 256 }, (_, code) => code)

/** Asks whether the clone has a hook, wherever core.hooksPath puts them. */
async function hooksOf(git: GitRunner, place: Place): Promise<(hook: string) => boolean> {
  const hooks = await git.text(['rev-parse', '--git-path', 'hooks'], { cwd: place.path, mode: 'hooks' })
  const folder = isAbsolute(hooks) ? hooks : join(place.path, hooks)
  return (hook) => existsSync(join(folder, hook))
}
