import { appendFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CloneKind } from '#contract'
import { deployment } from '../helpers/landing-scene.ts'
import type { TestRepo } from '../helpers/repo.ts'

/** One way in which a clone differs from most. */
export type OddClone = {
  readonly feature: string
  /** Limits, for the table of the README. */
  readonly words: string
  readonly kinds: readonly CloneKind[]
  /** Makes it beside a remote with three commits of `web/web.yaml`; answers the folder to add. */
  readonly make: (repo: TestRepo) => string
  /** What has to be fetched first. */
  readonly first?: 'deepen' | 'fill'
  /** `origin` unless told. */
  readonly lands?: 'local'
  readonly needsGit?: readonly [number, number]
  /** Where the app is; `web` unless told. */
  readonly path?: string
}

export function cloneOf(repo: TestRepo, ...args: readonly string[]): string {
  repo.at(repo.dir, 'clone', '-q', ...args, `file://${repo.remote}`, 'odd')
  const folder = join(repo.dir, 'odd')
  repo.at(folder, 'config', 'user.name', 'Odd Operator')
  repo.at(folder, 'config', 'user.email', 'odd@example.com')
  return folder
}

function allowFilter(repo: TestRepo): void {
  repo.at(repo.remote, 'config', 'uploadpack.allowFilter', 'true')
  repo.at(repo.remote, 'config', 'uploadpack.allowAnySHA1InWant', 'true')
}

/** The same files and commits in a remote and a clone of another kind. */
function anew(repo: TestRepo, ...init: readonly string[]): string {
  const remote = join(repo.dir, 'odd.git')
  repo.at(repo.dir, 'init', '-q', '--bare', '-b', 'main', ...init, remote)
  repo.at(repo.dir, 'init', '-q', '-b', 'main', ...init, 'odd')
  const folder = join(repo.dir, 'odd')
  repo.at(folder, 'config', 'user.name', 'Odd Operator')
  repo.at(folder, 'config', 'user.email', 'odd@example.com')
  repo.at(folder, 'remote', 'add', 'origin', remote)
  mkdirSync(join(folder, 'web'))
  for (const replicas of [1, 2, 3]) {
    writeFileSync(join(folder, 'web/web.yaml'), deployment('a:1', replicas))
    repo.at(folder, 'add', '-A')
    repo.at(folder, 'commit', '-q', '-m', `replicas ${replicas}`)
  }
  repo.at(folder, 'push', '-q', '-u', 'origin', 'main')
  return folder
}

export const oddClones: readonly OddClone[] = [
  { feature: 'An ordinary clone', words: '', kinds: [], make: (repo) => cloneOf(repo) },
  {
    feature: 'Linked work tree',
    words: 'its own branch follows',
    kinds: ['linked'],
    make: (repo) => {
      repo.git('checkout', '-q', '--detach')
      repo.git('worktree', 'add', '-q', join(repo.dir, 'odd'), 'main')
      return join(repo.dir, 'odd')
    },
  },
  {
    feature: 'Submodule (the app inside)',
    words: 'the submodule is added as a clone; its superproject stays as it is',
    kinds: [],
    make: (repo) => {
      repo.at(repo.dir, 'init', '-q', 'super')
      const folder = join(repo.dir, 'super')
      repo.at(
        folder,
        '-c',
        'protocol.file.allow=always',
        'submodule',
        '-q',
        'add',
        '-b',
        'main',
        repo.remote,
        'sub',
      )
      const sub = join(folder, 'sub')
      repo.at(sub, 'config', 'user.name', 'Odd Operator')
      repo.at(sub, 'config', 'user.email', 'odd@example.com')
      return sub
    },
  },
  {
    feature: 'Shallow clone',
    words: 'its history ends early; *Deepen* fetches more',
    kinds: ['shallow'],
    make: (repo) => cloneOf(repo, '--depth', '1'),
    first: 'deepen',
  },
  {
    feature: 'Partial clone without blobs',
    words: 'nothing is fetched by itself; *Fetch missing files* gets what the apps need, in bulk',
    kinds: ['partial'],
    make: (repo) => {
      allowFilter(repo)
      return cloneOf(repo, '--filter=blob:none')
    },
    first: 'fill',
  },
  {
    feature: 'Partial clone without folders',
    words: 'likewise, for the last 500 commits',
    kinds: ['partial'],
    make: (repo) => {
      allowFilter(repo)
      return cloneOf(repo, '--filter=tree:0')
    },
    first: 'fill',
  },
  {
    feature: 'Sparse checkout',
    words: 'files are read from Git, never from the work tree',
    kinds: ['sparse'],
    make: (repo) => {
      const folder = cloneOf(repo, '--sparse')
      repo.at(folder, 'sparse-checkout', 'set', 'elsewhere')
      return folder
    },
  },
  {
    feature: 'Bare clone',
    words: 'lands locally: a bare clone follows no upstream',
    lands: 'local',
    kinds: ['bare'],
    make: (repo) => cloneOf(repo, '--bare'),
  },
  { feature: 'SHA-256', words: '', kinds: ['sha256'], make: (repo) => anew(repo, '--object-format=sha256') },
  {
    feature: 'reftable',
    words: 'git 2.45 and later',
    kinds: [],
    needsGit: [2, 45],
    make: (repo) => anew(repo, '--ref-format=reftable'),
  },
  {
    feature: 'Alternates (`clone --shared`, `--reference`)',
    words: '',
    kinds: [],
    make: (repo) => cloneOf(repo, '--reference', repo.clone),
  },
  {
    feature: 'Replace refs',
    words: 'not followed: history is what the commits say',
    kinds: ['replaced'],
    make: (repo) => {
      const folder = cloneOf(repo)
      repo.at(folder, 'replace', 'HEAD', 'HEAD~1')
      return folder
    },
  },
  {
    feature: 'Grafts',
    words: 'not followed, likewise',
    kinds: ['grafts'],
    make: (repo) => {
      const folder = cloneOf(repo)
      const tip = repo.at(folder, 'rev-parse', 'HEAD')
      writeFileSync(join(folder, '.git/info/grafts'), `${tip}\n`)
      return folder
    },
  },
  {
    feature: 'Packed refs, 100,000 of them',
    words: '',
    kinds: [],
    make: (repo) => {
      const folder = cloneOf(repo)
      repo.at(folder, 'pack-refs', '--all')
      const tip = repo.at(folder, 'rev-parse', 'HEAD')
      const lines = Array.from(
        { length: 100_000 },
        (_, n) => `${tip} refs/tags/t${String(n).padStart(5, '0')}\n`,
      )
      appendFileSync(join(folder, '.git/packed-refs'), lines.join(''))
      return folder
    },
  },
  {
    feature: '`.git` elsewhere (`--separate-git-dir`)',
    words: '',
    kinds: [],
    make: (repo) => cloneOf(repo, '--separate-git-dir', join(repo.dir, 'separate')),
  },
  {
    feature: 'A clone behind a symbolic link',
    words: '',
    kinds: [],
    make: (repo) => {
      symlinkSync(cloneOf(repo), join(repo.dir, 'link'))
      return join(repo.dir, 'link')
    },
  },
  {
    feature: 'CRLF by `core.autocrlf`',
    words: 'what is committed keeps its line ends',
    kinds: [],
    make: (repo) => cloneOf(repo, '-c', 'core.autocrlf=true'),
  },
  {
    feature: 'CRLF by attributes',
    words: 'likewise',
    kinds: [],
    make: (repo) => {
      const folder = cloneOf(repo)
      writeFileSync(join(folder, '.gitattributes'), '*.yaml text eol=crlf\n')
      repo.at(folder, 'add', '-A')
      repo.at(folder, 'commit', '-q', '-m', 'attributes')
      repo.at(folder, 'push', '-q')
      return folder
    },
  },
  {
    feature: '`core.ignorecase` (as on Windows and macOS)',
    words: 'names that differ in case alone are told apart in Git',
    kinds: [],
    make: (repo) => cloneOf(repo, '-c', 'core.ignorecase=true'),
  },
]
