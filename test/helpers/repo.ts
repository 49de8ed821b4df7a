import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { AppError } from '#contract'
import { createGit } from '../../src/engine/git/index.ts'
import type { Git, GitOptions } from '../../src/engine/git/index.ts'
import { createStarter } from '../../src/engine/process/index.ts'
import { testStarter } from './starter.ts'

/** A real clone with a bare remote, in a folder that goes away with the test. */
export type TestRepo = {
  readonly dir: string
  readonly clone: string
  readonly remote: string
  readonly git: (...args: readonly string[]) => string
  /** Writes files of the work tree; `null` removes one. */
  readonly write: (files: Readonly<Record<string, string | null>>) => void
  /** Writes, commits everything and answers the oid. */
  readonly commit: (subject: string, files: Readonly<Record<string, string | null>>) => string
  readonly push: () => void
  /** Tip of a branch of the remote, asked there. */
  readonly remoteTip: (branch?: string) => string
  /** Runs git anywhere. */
  readonly at: (cwd: string, ...args: readonly string[]) => string
  readonly fsck: () => string
  readonly remove: () => void
}

export type TestRepoOptions = {
  readonly identity?: boolean
  /** Where to put it; the system's folder for temporary files unless told. */
  readonly parent?: string
}

export function createTestRepo(options: TestRepoOptions = {}): TestRepo {
  const dir = realpathSync(mkdtempSync(join(options.parent ?? tmpdir(), 'wheelhouse-repo-')))
  const repo = adoptTestRepo({ dir, clone: join(dir, 'clone'), remote: join(dir, 'remote.git') })
  repo.at(dir, 'init', '-q', '--bare', '-b', 'main', repo.remote)
  repo.at(dir, 'init', '-q', '-b', 'main', repo.clone)
  if (options.identity !== false) {
    repo.git('config', 'user.name', 'Ada Operator')
    repo.git('config', 'user.email', 'ada@example.com')
  }
  repo.git('remote', 'add', 'origin', repo.remote)
  return repo
}

/** A clone and its remote that are there already, in a folder of the test. */
export function adoptTestRepo({ dir, clone, remote }: Pick<TestRepo, 'dir' | 'clone' | 'remote'>): TestRepo {
  let clock = Date.parse('2026-10-01T09:00:00Z') / 1000
  const env = () => {
    clock += 600
    return { ...process.env, GIT_AUTHOR_DATE: `${clock} +0000`, GIT_COMMITTER_DATE: `${clock} +0000` }
  }
  const at = (cwd: string, ...args: readonly string[]) =>
    execFileSync('git', args, {
      cwd,
      env: env(),
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    }).trimEnd()
  const git = (...args: readonly string[]) => at(clone, ...args)
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
    remoteTip: (branch = 'main') => at(remote, 'rev-parse', `refs/heads/${branch}`),
    at,
    fsck: () => git('fsck', '--strict', '--no-dangling', '--no-progress'),
    remove: () => rmSync(dir, { recursive: true, force: true }),
  }
}

/** One for all tests of a worker, as a window's engine has one; it ends with the worker. */
const starter = process.platform === 'linux' ? createStarter(testStarter) : undefined

/** A Git room with its quarantines in a folder of its own; `close` removes it. */
export function createTestGit(options: Partial<GitOptions> = {}): Git & { readonly quarantines: string } {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), 'wheelhouse-git-')))
  const quarantines = join(dir, 'drafts')
  const git = createGit({
    env: process.env,
    quarantines,
    caches: join(dir, 'caches'),
    delay: () => Promise.resolve(),
    starter,
    ...options,
  })
  const close = () => {
    git.close()
    rmSync(dir, { recursive: true, force: true })
  }
  return { ...git, quarantines, close }
}

/** The AppError that a call ends with; anything else fails the test. */
export async function failureOf(call: Promise<unknown>): Promise<AppError> {
  const ended = await call.then(
    (value) => new Error(`ended well: ${JSON.stringify(value)}`),
    (error: unknown) => error,
  )
  if (ended instanceof AppError) return ended
  throw ended
}
