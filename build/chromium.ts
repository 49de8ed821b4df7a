import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { chromium } from '@playwright/test'

const names = ['chromium', 'chromium-headless-shell', 'google-chrome', 'google-chrome-stable']

/** Path of a Chromium: WHEELHOUSE_CHROMIUM, the PATH, Playwright's own download. `undefined` = none here. */
export function findChromium(): string | undefined {
  const named = process.env.WHEELHOUSE_CHROMIUM
  if (named !== undefined && existsSync(named)) return named
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const found = names.map((name) => join(folder, name)).find((path) => existsSync(path))
    if (found !== undefined) return found
  }
  const own = chromium.executablePath()
  return existsSync(own) ? own : undefined
}

/** Sees to a Chromium: on a Debian where we are root it is installed. Answers why there is none, else `undefined`. */
export function ensureChromium(): Promise<string | undefined> {
  if (findChromium() !== undefined) return Promise.resolve(undefined)
  const debian = existsSync('/etc/debian_version') && process.getuid?.() === 0
  if (!debian) return Promise.resolve('no Chromium: install chromium, or set WHEELHOUSE_CHROMIUM to one')
  process.stderr.write('Installing Chromium and fonts with apt-get ...\n')
  const packages = ['chromium-headless-shell', 'fonts-dejavu-core', 'fonts-liberation']
  apt(['update'])
  if (apt(['install', '-y', '--no-install-recommends', ...packages]) !== 0) {
    apt(['install', '-y', '--no-install-recommends', 'chromium', ...packages.slice(1)])
  }
  return Promise.resolve(findChromium() === undefined ? 'apt-get could not install Chromium' : undefined)
}

function apt(args: readonly string[]): number {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  return spawnSync('apt-get', ['-q', ...args], { stdio: ['ignore', 'ignore', 'inherit'], env }).status ?? 1
}
