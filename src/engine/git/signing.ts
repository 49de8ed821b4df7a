import { AppError } from '#contract'
import type { Config } from './config.ts'
import { atLeast } from './runner.ts'
import type { GitRunner } from './runner.ts'

/** How commits are signed here, as Git is configured. `key` is what user.signingkey names; without it the program chooses by the e-mail. */
export type Signing = {
  readonly format: 'openpgp' | 'x509' | 'ssh'
  readonly key?: string
}

/** Undefined where commits are not signed. `GIT_SIGNING_UNSUPPORTED` where this git cannot: an unsigned commit must not slip in. */
export async function readSigning(
  git: GitRunner,
  cwd: string,
  { config, version }: { readonly config: Config; readonly version: readonly [number, number] },
): Promise<Signing | undefined> {
  if (config.all('commit.gpgsign').length === 0) return undefined
  // What counts as true is Git's to say.
  const signs = await git.text(['config', '--bool', '--get', 'commit.gpgsign'], { cwd, expect: [0, 1] })
  if (signs !== 'true') return undefined
  const key = config.get('user.signingkey')
  const format = (config.get('gpg.format') || 'openpgp').toLowerCase()
  if (format !== 'openpgp' && format !== 'x509' && format !== 'ssh')
    throw unsupported(cwd, `gpg.format is ${format}, which is no way of signing.`)
  if (format === 'ssh' && !atLeast(version, [2, 34]))
    throw unsupported(cwd, `commits are to be signed with ssh, and git is ${version.join('.')}.`)
  return { format, ...(key === '' ? {} : { key }) }
}

function unsupported(cwd: string, words: string): AppError {
  return new AppError('GIT_SIGNING_UNSUPPORTED', { message: `${cwd}: ${words}`, subject: cwd })
}
