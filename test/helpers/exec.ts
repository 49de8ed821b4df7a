import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

type Options = { readonly cwd: string; readonly env: Readonly<Record<string, string | undefined>> }
type Answer = {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
  readonly error?: string
}

let pipes: { readonly orders: number; readonly answers: number } | undefined

/**
 * Like `execFileSync` for text, from a small process beside this one: a worker of the tests has 400 MB, and each start of a git from there took
 * 30 ms of copying page tables, hundreds of times a test.
 */
export function exec(file: string, args: readonly string[], { cwd, env }: Options): string {
  // No named pipes there, and no page tables to copy.
  if (process.platform === 'win32') return execFileSync(file, args, { cwd, env, encoding: 'utf8' })
  pipes ??= start()
  const order = Buffer.from(JSON.stringify({ file, args, cwd, env }))
  const size = Buffer.alloc(4)
  size.writeUInt32LE(order.length)
  write(pipes.orders, Buffer.concat([size, order]))
  const answer = JSON.parse(read(pipes.answers, read(pipes.answers, 4).readUInt32LE()).toString()) as Answer
  if (answer.status === 0) return answer.stdout
  const { error, ...rest } = answer
  throw Object.assign(new Error(error ?? `${file} ${args.join(' ')} failed:\n${answer.stderr}`), rest)
}

function start() {
  const dir = mkdtempSync(join(tmpdir(), 'wheelhouse-exec-'))
  const [orders, answers] = [join(dir, 'orders'), join(dir, 'answers')]
  execFileSync('mkfifo', [orders, answers])
  const script = join(import.meta.dirname, 'exec-process.mjs')
  spawn(process.execPath, ['--lite-mode', script, orders, answers], { stdio: 'ignore' }).unref()
  // Each waits for the other side.
  const opened = { orders: openSync(orders, 'w'), answers: openSync(answers, 'r') }
  rmSync(dir, { recursive: true })
  return opened
}

function write(pipe: number, bytes: Buffer): void {
  for (let done = 0; done < bytes.length;) done += writeSync(pipe, bytes, done)
}

function read(pipe: number, length: number): Buffer {
  const bytes = Buffer.alloc(length)
  for (let have = 0; have < length;) {
    const got = readSync(pipe, bytes, have, length - have, null)
    if (got === 0) throw new Error('The small process of the tests has ended.')
    have += got
  }
  return bytes
}
