import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { serveRepository } from '../helpers/http-remote.ts'
import { deployment } from '../helpers/landing-scene.ts'
import { createTestRepo } from '../helpers/repo.ts'

const main = join(import.meta.dirname, '../../src/cli/main.ts')

/** Runs a command on a terminal of its own and types each answer once its label is there; prints all that the terminal showed. */
const terminal = `
import os, pty, sys, json
command, answers = json.loads(sys.argv[1])
pid, fd = pty.fork()
if pid == 0:
    os.execvp(command[0], command)
shown = b''
while True:
    try:
        data = os.read(fd, 4096)
    except OSError:
        break
    if not data:
        break
    shown += data
    if answers and answers[0][0].encode() in shown:
        os.write(fd, answers.pop(0)[1].encode() + b'\\r')
sys.stdout.write(shown.decode())
`

function hasPython(): boolean {
  try {
    execFileSync('python3', ['-c', 'import pty'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

test.skipIf(!hasPython())(
  'at a terminal a push asks for name and password, and does not show the password (needs python3 for the terminal)',
  async () => {
    const repo = createTestRepo()
    repo.commit('one', { 'web/web.yaml': deployment('a:1', 2) })
    repo.push()
    const http = await serveRepository(repo.remote, 'ada:open-sesame-41')
    repo.git('remote', 'set-url', 'origin', http.url)
    repo.git('config', 'credential.helper', '')
    const app = ['--workspace', join(repo.dir, 'data'), '--repo', repo.clone, '--path', 'web']
    const command = [process.execPath, main, ...app, 'scale', 'Deployment/web', '3', '--yes']
    const answers = [
      ['User name: ', 'ada'],
      ['Password or token: ', 'open-sesame-41'],
    ]
    const child = spawn('python3', ['-c', terminal, JSON.stringify([command, answers])])
    let shown = ''
    child.stdout.on('data', (chunk: Buffer) => (shown += chunk.toString()))
    await once(child, 'close')
    expect(shown).toContain('git push origin: http://ada@')
    expect(shown).not.toContain('open-sesame-41')
    expect(repo.at(repo.remote, 'show', 'main:web/web.yaml')).toContain('replicas: 3')
    await http.close()
    repo.remove()
  },
)
