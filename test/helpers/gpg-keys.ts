import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Keys of gpg and gpgsm in a home of their own; `program` is what Git is configured with. The home's path is short: a socket lies in it. */
export type KeyHome = { readonly program: string; readonly key: string; readonly close: () => void }

export function has(program: string): boolean {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** A key of OpenPGP; one with a passphrase is opened by a pinentry that answers it, and leaves a line in `asked`. */
export function gpgKey(dir: string, passphrase = ''): KeyHome & { readonly asked: string } {
  const home = open(dir, 'g')
  const asked = join(dir, 'asked')
  const pinentry = join(dir, 'pinentry')
  writeFileSync(
    pinentry,
    `#!/bin/sh\necho OK\nwhile read -r line; do case "$line" in GETPIN*) echo asked >>'${asked}'; echo 'D ${passphrase}'; echo OK;; BYE*) echo OK; exit;; *) echo OK;; esac; done\n`,
    { mode: 0o755 },
  )
  writeFileSync(join(home, 'gpg-agent.conf'), `allow-loopback-pinentry\npinentry-program ${pinentry}\n`)
  const run = (...args: readonly string[]) => at('gpg', home, args)
  const made = ['--quick-gen-key', 'Ada Operator <ada@example.com>', 'ed25519', 'sign', 'never']
  run('--pinentry-mode', 'loopback', '--passphrase', passphrase, ...made)
  const key = /^fpr:*([0-9A-F]+)/m.exec(run('--list-keys', '--with-colons'))?.[1] ?? ''
  // The agent remembers what it was told while the key was made.
  kill(home)
  return { program: wrapper(dir, 'gpg', home), key, asked, close: () => kill(home) }
}

/** A certificate that signs itself and that its home trusts. */
export function x509Key(dir: string): KeyHome {
  const home = open(dir, 'x')
  writeFileSync(
    join(home, 'gpgsm.conf'),
    'disable-crl-checks\ndisable-policy-checks\nno-common-certs-import\n',
  )
  writeFileSync(join(home, 'gpg-agent.conf'), 'allow-loopback-pinentry\n')
  const wanted =
    'Key-Type: RSA\nKey-Length: 2048\nKey-Usage: sign\nSerial: random\nName-DN: CN=Ada Operator\nName-Email: ada@example.com\n'
  writeFileSync(join(home, 'wanted'), wanted)
  const certificate = join(home, 'cert')
  const unlocked = ['--pinentry-mode', 'loopback', '--passphrase-fd', '0']
  at('gpgsm', home, [...unlocked, '--output', certificate, '--gen-key', join(home, 'wanted')])
  at('gpgsm', home, ['--import', certificate])
  const key = /^fpr:*([0-9A-F]+)/m.exec(at('gpgsm', home, ['--list-keys', '--with-colons']))?.[1] ?? ''
  writeFileSync(join(home, 'trustlist.txt'), `${key} S relax\n`)
  kill(home)
  return { program: wrapper(dir, 'gpgsm', home), key, close: () => kill(home) }
}

function open(dir: string, name: string): string {
  const home = join(dir, name)
  mkdirSync(home, { mode: 0o700 })
  return home
}

function at(program: string, home: string, args: readonly string[]): string {
  return execFileSync(program, ['--homedir', home, '--batch', ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
}

function wrapper(dir: string, program: string, home: string): string {
  const file = join(dir, `${program}.sh`)
  writeFileSync(file, `#!/bin/sh\nexec ${program} --homedir '${home}' "$@"\n`, { mode: 0o755 })
  return file
}

function kill(home: string): void {
  execFileSync('gpgconf', ['--homedir', home, '--kill', 'all'], { stdio: 'ignore' })
}
