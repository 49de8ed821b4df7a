import { AppError } from '#contract'
import type { Config } from './config.ts'

export type Identity = { readonly name: string; readonly email: string }

/** Who commits, as Git is configured. `GIT_IDENTITY_MISSING` before anything is built; Git's guess from the host name is no identity. */
export function identityOf(config: Config, cwd: string): Identity {
  const [name, email] = [config.get('user.name'), config.get('user.email')]
  if (name !== '' && email !== '') return { name, email }
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
