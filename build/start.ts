import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { buildAll } from './build.ts'
import { engineEnvironment, engineFlags } from './engine-node.mjs'
import { findDesktop, openDesktop } from './desktop.ts'
import { root } from './targets.ts'

const args = process.argv.slice(2)
const wantsBrowser = args.includes('--browser')

await buildAll()
const desktop = wantsBrowser ? { why: 'browser mode was asked for' } : await findDesktop()
const closed = 'why' in desktop ? desktop : await openDesktop(desktop.binary, args)
if (closed !== 'closed') {
  process.stderr.write(`Browser mode instead of the desktop app: ${closed.why}.\n`)
  process.exitCode = await serve(args.filter((arg) => arg !== '--browser'))
}

/** The same app over loopback. `--open` opens a browser where there is a display. */
async function serve(rest: readonly string[]): Promise<number> {
  const display = process.platform !== 'linux' || hasDisplay()
  const child = spawn(
    process.execPath,
    [...engineFlags, join(root, 'out/cli/main.js'), 'serve', ...(display ? ['--open'] : []), ...rest],
    { stdio: 'inherit', env: { ...process.env, ...engineEnvironment } },
  )
  process.on('SIGINT', () => undefined)
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  const [code] = (await once(child, 'exit')) as [number | null]
  return code ?? 130
}

function hasDisplay(): boolean {
  return (process.env.DISPLAY ?? '') !== '' || (process.env.WAYLAND_DISPLAY ?? '') !== ''
}
