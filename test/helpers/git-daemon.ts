import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { createInterface } from 'node:readline'

/** `git daemon` over the folder of a test's remote, on a port of its own: a remote behind a real connection. */
export async function startGitDaemon(
  folder: string,
): Promise<{ readonly url: (name: string) => string; readonly stop: () => Promise<void> }> {
  const port = await freePort()
  const where = ['--listen=127.0.0.1', `--port=${port}`, `--base-path=${folder}`]
  const child = spawn('git', ['daemon', ...where, '--export-all', '--enable=receive-pack', '--verbose'], {
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const ended = once(child, 'exit')
  const ready = new Promise<void>((resolve, reject) => {
    createInterface({ input: child.stderr }).on('line', (line) => {
      if (line.includes('Ready to rumble')) resolve()
    })
    void ended.then(() => reject(new Error('git daemon ended.')))
  })
  await ready
  return {
    url: (name) => `git://127.0.0.1:${port}/${name}`,
    stop: async () => {
      // The daemon is a child of git's: the group ends as one.
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM')
      await ended
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('No port was given.')
  return address.port
}
