import { AppError } from '#contract'
import type { GitRunner } from './runner.ts'

export type Identity = { readonly name: string; readonly email: string }

/** Who commits, as Git is configured. `GIT_IDENTITY_MISSING` before anything is built; Git's guess from the host name is no identity. */
export async function readIdentity(git: GitRunner, cwd: string): Promise<Identity> {
  const [name, email] = await Promise.all(
    ['user.name', 'user.email'].map((key) => git.text(['config', '--get', key], { cwd, expect: [0, 1] })),
  )
  if (name !== undefined && name !== '' && email !== undefined && email !== '') return { name, email }
  const lacks = [name ? undefined : 'user.name', email ? undefined : 'user.email'].filter(
    (key) => key !== undefined,
  )
  throw new AppError('GIT_IDENTITY_MISSING', {
    message: `${cwd}: ${lacks.join(' and ')} ${lacks.length > 1 ? 'are' : 'is'} not set in Git's configuration.`,
    subject: cwd,
    action: 'set-identity',
    data: { lacks },
  })
}
