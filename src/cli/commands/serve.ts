import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { openOutside } from '#engine'
import { createLogger } from '#host'
import { serveWeb } from '#web'
import { Exit } from '../exit.ts'
import { rendererDir } from '../files.ts'
import { openSession } from '../session.ts'
import type { GlobalFlags } from '../session.ts'

/** `serve`: browser mode, until Ctrl+C. Prints the address; the token in it is what lets a page in. */
export async function serve(
  flags: GlobalFlags,
  options: { readonly port?: number; readonly open?: boolean; readonly demo?: boolean },
): Promise<void> {
  if (!existsSync(join(rendererDir, 'index.html')))
    throw new Exit(2, 'The interface is not built: run npm start, or npm run build.')
  const session = await openSession(flags, 'browser')
  const log = createLogger({ write: (line) => process.stderr.write(line), now: () => new Date() })
  try {
    const server = await serveWeb({
      handlers: session.handlers,
      rendererDir,
      port: options.port ?? 0,
      // Only trouble: a person reads this terminal.
      log: (entry) => (entry.level === 'error' ? log(entry) : undefined),
      now: () => performance.now(),
    })
    process.stdout.write(`Wheelhouse: ${server.url}\nCtrl+C ends it.\n`)
    if (options.demo === true) await session.client.call('demo.open', {})
    if (options.open === true) await openOutside(server.url)
    await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])
    await server.close()
  } finally {
    await session.close()
  }
}
