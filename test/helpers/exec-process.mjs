// The small process behind exec.ts: reads an order from one pipe, runs it, answers into the other. Ends when nobody can give it an order any more.
import { spawnSync } from 'node:child_process'
import { openSync, readSync, writeSync } from 'node:fs'

const orders = openSync(process.argv[2], 'r')
const answers = openSync(process.argv[3], 'w')

for (let size = read(4); size !== undefined; size = read(4)) {
  const { file, args, cwd, env } = JSON.parse(read(size.readUInt32LE()).toString())
  const { status, stdout, stderr, error } = spawnSync(file, args, {
    cwd,
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 256 * 1024 * 1024,
  })
  const answer = Buffer.from(JSON.stringify({ status, stdout, stderr, error: error?.message }))
  const head = Buffer.alloc(4)
  head.writeUInt32LE(answer.length)
  write(Buffer.concat([head, answer]))
}

function read(length) {
  const bytes = Buffer.alloc(length)
  for (let have = 0; have < length;) {
    const got = readSync(orders, bytes, have, length - have, null)
    if (got === 0) return undefined
    have += got
  }
  return bytes
}

function write(bytes) {
  for (let done = 0; done < bytes.length;) done += writeSync(answers, bytes, done)
}
