// Runs on the machine's own Node (20 or newer), before anything is installed: nothing but Node's own modules here.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { engineEnvironment, engineFlags } from './engine-node.mjs'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))
const stamp = join(root, 'node_modules', '.wheelhouse-lock')
const windows = process.platform === 'win32'

/** Installs what package-lock.json names, once per lock file. Ends the process with a reason where it cannot. */
export function ensureInstalled() {
  requireNode()
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return
  say('Installing dependencies with npm ci (once; some minutes on a slow network) ...')
  const started = Date.now()
  const result = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: windows,
    env: { ...process.env, ELECTRON_SKIP_BINARY_DOWNLOAD: '1' },
  })
  if (result.status !== 0) stop('npm ci failed: see its words above. Nothing else was changed.')
  if (!existsSync(nodePath()))
    stop('npm ci ran, but brought no Node 24: are install scripts switched off in .npmrc?')
  writeFileSync(stamp, lock)
  say(`Dependencies installed in ${Math.round((Date.now() - started) / 1000)} s.`)
}

/** Runs one of the project's TypeScript files with the Node that the lock file brought; ends with its exit code. */
export function runWithOwnNode(file, args) {
  const flags = [...engineFlags, '--disable-warning=ExperimentalWarning']
  const result = spawnSync(nodePath(), [...flags, join(root, file), ...args], {
    stdio: 'inherit',
    cwd: process.cwd(),
    env: { ...process.env, ...engineEnvironment, WHEELHOUSE_CALLED_FROM: process.cwd() },
  })
  process.exit(result.status ?? (result.signal === 'SIGINT' ? 130 : 1))
}

function nodePath() {
  return join(root, 'node_modules', 'node', 'bin', windows ? 'node.exe' : 'node')
}

function requireNode() {
  const major = Number(process.versions.node.split('.')[0])
  if (major < 20) stop(`Node ${process.versions.node} is too old: install Node 20 or newer.`)
}

function say(text) {
  process.stderr.write(`${text}\n`)
}

function stop(text) {
  say(text)
  process.exit(1)
}
