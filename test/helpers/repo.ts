import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** A real clone with a bare remote, in a folder that goes away with the test. */
export type TestRepo = {
  readonly dir: string
  readonly clone: string
  readonly remote: string
  readonly git: (...args: readonly string[]) => string
  readonly write: (files: Readonly<Record<string, string | null>>) => void
  /** Writes, commits everything and answers the oid. */
  readonly commit: (subject: string, files: Readonly<Record<string, string | null>>) => string
  readonly push: () => void
  readonly fsck: () => string
  readonly remove: () => void
}

export function createTestRepo(options: { readonly identity?: boolean } = {}): TestRepo {
  const dir = mkdtempSync(join(tmpdir(), 'wheelhouse-repo-'))
  const clone = join(dir, 'clone')
  const remote = join(dir, 'remote.git')
  let clock = Date.parse('2026-10-01T09:00:00Z') / 1000
  const env = () => {
    clock += 600
    return { ...process.env, GIT_AUTHOR_DATE: `${clock} +0000`, GIT_COMMITTER_DATE: `${clock} +0000` }
  }
  const run = (cwd: string, args: readonly string[]) =>
    execFileSync('git', args, { cwd, env: env(), encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trimEnd()
  run(dir, ['init', '-q', '--bare', '-b', 'main', remote])
  run(dir, ['init', '-q', '-b', 'main', clone])
  const git = (...args: readonly string[]) => run(clone, args)
  if (options.identity !== false) {
    git('config', 'user.name', 'Ada Operator')
    git('config', 'user.email', 'ada@example.com')
  }
  git('remote', 'add', 'origin', remote)
  const write = (files: Readonly<Record<string, string | null>>) => {
    for (const [path, text] of Object.entries(files)) {
      const file = join(clone, path)
      if (text === null) {
        rmSync(file)
      } else {
        mkdirSync(dirname(file), { recursive: true })
        writeFileSync(file, text)
      }
    }
  }
  return {
    dir,
    clone,
    remote,
    git,
    write,
    commit: (subject, files) => {
      write(files)
      git('add', '-A')
      git('commit', '-q', '--allow-empty', '-m', subject)
      return git('rev-parse', 'HEAD')
    },
    push: () => void git('push', '-q', '-u', 'origin', 'main'),
    fsck: () => git('fsck', '--strict', '--no-dangling', '--no-progress'),
    remove: () => rmSync(dir, { recursive: true, force: true }),
  }
}
