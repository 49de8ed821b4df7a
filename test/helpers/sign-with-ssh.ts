import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestRepo } from './repo.ts'

/** A key of ada's made here, that the clone signs its commits with and knows as hers. */
export function signWithSsh(repo: TestRepo, passphrase: string): void {
  const key = join(repo.dir, 'key')
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', passphrase, '-C', 'ada', '-f', key])
  const allowed = join(repo.dir, 'allowed')
  writeFileSync(allowed, `ada@example.com ${readFileSync(`${key}.pub`, 'utf8')}`)
  repo.git('config', 'commit.gpgsign', 'true')
  repo.git('config', 'gpg.format', 'ssh')
  repo.git('config', 'user.signingkey', key)
  repo.git('config', 'gpg.ssh.allowedSignersFile', allowed)
}
