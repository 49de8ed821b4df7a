import { spawn } from 'node:child_process'
import { randomFillSync } from 'node:crypto'
import { once } from 'node:events'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { deployment } from '../helpers/landing-scene.ts'
import { createTestRepo } from '../helpers/repo.ts'
import type { TestRepo } from '../helpers/repo.ts'
import { journey } from './journey.ts'

// One pack of more than 2 GiB whose last objects are the app's own: their places need 64 bits. Takes 5 GB of disk: only where WHEELHOUSE_BIG_PACK is set.

const chunk = 32 * 1024 * 1024
const chunks = 66

/** Written by fast-import in one stream: the large blobs first, the commits of `main` behind them. */
async function importBig(repo: TestRepo): Promise<void> {
  // So few objects would be unpacked into loose ones.
  const settings = ['-c', 'core.compression=0', '-c', 'fastimport.unpackLimit=1']
  const child = spawn('git', [...settings, 'fast-import', '--quiet', '--depth=0'], {
    cwd: repo.clone,
    stdio: ['pipe', 'inherit', 'inherit'],
  })
  const ended = once(child, 'exit')
  const put = async (part: string | Uint8Array) => {
    if (!child.stdin.write(part)) await once(child.stdin, 'drain')
  }
  for (let n = 1; n <= chunks; n++) {
    await put(`blob\nmark :${n}\ndata ${chunk}\n`)
    await put(randomFillSync(Buffer.allocUnsafe(chunk)))
    await put('\n')
  }
  const who = (at: number) => `committer Ada <ada@example.com> ${1_790_000_000 + at} +0000\ndata 2\nx\n`
  const files = Array.from({ length: chunks }, (_, n) => `M 100644 :${n + 1} big/${n}.bin\n`)
  await put(`commit refs/heads/big\n${who(0)}${files.join('')}\n`)
  for (const replicas of [1, 2, 3]) {
    const text = deployment('a:1', replicas)
    await put(
      `commit refs/heads/main\n${who(replicas)}M 100644 inline web/web.yaml\ndata ${Buffer.byteLength(text)}\n${text}\n`,
    )
  }
  child.stdin.end('done\n')
  expect((await ended)[0]).toBe(0)
}

test.skipIf(process.env.WHEELHOUSE_BIG_PACK === undefined)(
  'a pack of more than 2 GiB: read, gone back in, and landed (WHEELHOUSE_BIG_PACK)',
  { timeout: 900_000 },
  async () => {
    const repo = createTestRepo()
    try {
      const started = performance.now()
      await importBig(repo)
      repo.git('reset', '-q', '--hard', 'main')
      repo.git('push', '-q', '-u', 'origin', 'main')
      const made = performance.now()
      const folder = join(repo.clone, '.git/objects/pack')
      const sizes = readdirSync(folder).map((name) => statSync(join(folder, name)).size)
      expect(Math.max(...sizes)).toBeGreaterThan(2 ** 31)
      const odd = { feature: 'a big pack', words: '', kinds: [], make: () => repo.clone } as const
      const { rows, ended, clone } = await journey(odd, repo, repo.clone)
      expect([clone.problem, ended]).toEqual([undefined, 'done'])
      expect(rows.map(({ effect }) => effect)).toEqual(['changed', 'changed', 'changed'])
      const seconds = (ms: number) => (ms / 1_000).toFixed(1)
      console.info(
        `pack of ${(Math.max(...sizes) / 2 ** 30).toFixed(2)} GiB made in ${seconds(made - started)} s, journey ${seconds(performance.now() - made)} s`,
      )
    } finally {
      repo.remove()
    }
  },
)
