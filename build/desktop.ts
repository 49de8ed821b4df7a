import { spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { out, root } from './targets.ts'

/** The desktop app cannot be opened here; `why` is one line for the user. */
export type NoDesktop = { readonly why: string }

/** main.ts prints it once the first window is on screen; before that, an exit means that Electron did not come up. */
export const shownLine = 'wheelhouse: window shown'

const failureFile = join(out, 'electron-not-had')
const retryAfterMs = 24 * 3600_000

/**
 * Electron's binary, fetched once if it is not there. A failed download is remembered for a day, so that a second start takes
 * seconds. Linux without a display is said before anything is fetched.
 */
export async function findDesktop(): Promise<{ readonly binary: string } | NoDesktop> {
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY)
    return { why: 'no display was found' }
  if (process.platform === 'linux' && process.getuid?.() === 0)
    return { why: 'Electron does not run as root with its sandbox' }
  const binary = await installed()
  if (binary !== undefined) return { binary }
  const failed = await recentFailure()
  if (failed !== undefined) return { why: failed }
  process.stderr.write('Fetching the Electron binary (once, about 120 MB) ...\n')
  const install = spawnSync(process.execPath, [join(root, 'node_modules/electron/install.js')], {
    encoding: 'utf8',
    timeout: 300_000,
    env: { ...process.env, ELECTRON_SKIP_BINARY_DOWNLOAD: '' },
  })
  const fetched = await installed()
  if (fetched !== undefined) return { binary: fetched }
  const why = `Electron's binary could not be downloaded (${lastLine(install.stderr) || 'no answer'})`
  await writeFile(failureFile, why)
  return { why }
}

/** Opens the app and waits for its end. Never with `--no-sandbox`: browser mode is the safe way out. */
export async function openDesktop(binary: string, args: readonly string[]): Promise<'closed' | NoDesktop> {
  const child = spawn(binary, [root, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  const exited = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`))
  })
  let shown = false
  createInterface({ input: child.stdout }).on('line', (line) => {
    shown ||= line === shownLine
  })
  const end = await exited
  return shown ? 'closed' : { why: `Electron did not come up (${end})` }
}

async function installed(): Promise<string | undefined> {
  const folder = join(root, 'node_modules/electron')
  const name = await readFile(join(folder, 'path.txt'), 'utf8').catch(() => undefined)
  const binary = name === undefined ? undefined : join(folder, 'dist', name.trim())
  return binary !== undefined && existsSync(binary) ? binary : undefined
}

async function recentFailure(): Promise<string | undefined> {
  const found = await stat(failureFile).catch(() => undefined)
  if (found === undefined) return undefined
  if (Date.now() - found.mtimeMs < retryAfterMs)
    return `${await readFile(failureFile, 'utf8')}; tried within the last day`
  await rm(failureFile)
  return undefined
}

function lastLine(text: string | null): string {
  return (text ?? '').trim().split('\n').at(-1)?.trim() ?? ''
}
