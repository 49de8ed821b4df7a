import { cpSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gitAt } from './site.ts'
import type { Hostile, Site } from './site.ts'

/** Another repository beside the clone, whose configuration names programs. */
function elsewhere(site: Site): string {
  const other = join(site.dir, 'elsewhere')
  cpSync(site.clone, other, { recursive: true })
  gitAt(other, ['config', 'core.fsmonitor', site.canary('elsewhere')])
  return other
}

/** What lies where Git looks first: `.git`, HEAD, the index, alternates and the other files that are no objects. */
export const placeTraps: readonly Hostile[] = [
  {
    what: 'a .git file that points elsewhere',
    expected: 'reads',
    make: (site) => {
      const other = elsewhere(site)
      rmSync(site.gitDir, { recursive: true })
      writeFileSync(site.gitDir, `gitdir: ${other}/.git\n`)
    },
  },
  {
    what: 'a .git file that points nowhere',
    expected: ['add', 'REPO_NOT_GIT'],
    make: (site) => {
      rmSync(site.gitDir, { recursive: true })
      writeFileSync(site.gitDir, 'gitdir: /nowhere\n')
    },
  },
  {
    what: 'a .git file that points to itself',
    expected: ['add', 'REPO_NOT_GIT'],
    make: (site) => {
      rmSync(site.gitDir, { recursive: true })
      writeFileSync(site.gitDir, 'gitdir: .git\n')
    },
  },
  {
    what: 'a .git that is a symbolic link',
    expected: 'reads',
    make: (site) => {
      renameSync(site.gitDir, join(site.dir, 'moved.git'))
      symlinkSync('../moved.git', site.gitDir)
    },
  },
  {
    what: 'a .git that is a link to itself',
    expected: ['add', 'REPO_NOT_GIT'],
    make: (site) => {
      rmSync(site.gitDir, { recursive: true })
      symlinkSync('.git', site.gitDir)
    },
  },
  {
    what: 'a folder that looks like a bare repository and names programs',
    expected: 'reads',
    make: (site) => {
      const bare = join(site.clone, 'app/trap')
      gitAt(site.dir, ['clone', '-q', '--bare', site.clone, bare])
      gitAt(bare, ['config', 'core.fsmonitor', site.canary('bare')])
      gitAt(bare, ['config', 'core.bare', 'false'])
      gitAt(bare, ['config', 'core.worktree', site.clone])
    },
  },
  {
    what: 'a HEAD of garbage',
    expected: ['add', 'REPO_NOT_GIT', 'REPO_CORRUPT'],
    make: (site) => writeFileSync(join(site.gitDir, 'HEAD'), '\u0000\u001b[2J garbage'),
  },
  {
    what: 'a HEAD that leaves the repository',
    expected: ['add', 'REPO_NOT_GIT', 'REPO_CORRUPT'],
    make: (site) => writeFileSync(join(site.gitDir, 'HEAD'), 'ref: refs/heads/../../../../x\n'),
  },
  {
    what: 'a commondir that is garbage',
    expected: ['add', 'REPO_NOT_GIT', 'REPO_CORRUPT'],
    make: (site) => writeFileSync(join(site.gitDir, 'commondir'), '/nowhere/at/all\n'),
  },
  {
    what: 'an index of garbage',
    expected: ['show', 'REPO_CORRUPT'],
    make: (site) => writeFileSync(join(site.gitDir, 'index'), 'DIRC garbage'),
  },
  {
    what: 'alternates that point outside, nowhere and at the root',
    expected: 'reads',
    make: (site) =>
      writeFileSync(
        join(site.gitDir, 'objects/info/alternates'),
        `/\n/etc\n/nowhere\n${'../'.repeat(30)}x\n"unquoted\n\u0000\n`,
      ),
  },
  {
    what: 'alternates that are cyclic',
    expected: 'reads',
    make: (site) => {
      const other = elsewhere(site)
      writeFileSync(join(site.gitDir, 'objects/info/alternates'), `${other}/.git/objects\n`)
      writeFileSync(join(other, '.git/objects/info/alternates'), `${site.gitDir}/objects\n`)
    },
  },
  {
    what: 'a linked work tree that is somebody else’s repository',
    expected: 'reads',
    make: (site) => {
      const other = elsewhere(site)
      const entry = join(site.gitDir, 'worktrees/trap')
      mkdirSync(entry, { recursive: true })
      writeFileSync(join(entry, 'gitdir'), `${other}/.git\n`)
      writeFileSync(join(entry, 'commondir'), '../..\n')
      writeFileSync(join(entry, 'HEAD'), 'ref: refs/heads/main\n')
      gitAt(site.clone, ['checkout', '-q', '--detach'])
      gitAt(site.clone, ['branch', 'spare'])
      writeFileSync(join(site.gitDir, 'HEAD'), 'ref: refs/heads/spare\n')
    },
    branch: 'main',
  },
  {
    what: 'a commit-graph and a pack index of garbage',
    expected: ['add', 'REPO_CORRUPT'],
    make: (site) => {
      mkdirSync(join(site.gitDir, 'objects/info'), { recursive: true })
      mkdirSync(join(site.gitDir, 'objects/pack'), { recursive: true })
      writeFileSync(join(site.gitDir, 'objects/info/commit-graph'), 'CGPH garbage'.repeat(20))
      writeFileSync(join(site.gitDir, 'objects/pack/multi-pack-index'), 'MIDX garbage'.repeat(20))
    },
  },
  {
    what: 'a shallow file of garbage',
    expected: ['add', 'REPO_CORRUPT'],
    make: (site) => writeFileSync(join(site.gitDir, 'shallow'), 'garbage\n--upload-pack=x\n'),
  },
  {
    what: 'a grafts file that rewrites history',
    expected: 'reads',
    make: (site) => writeFileSync(join(site.gitDir, 'info/grafts'), `${site.tip()}\n`),
  },
  {
    what: 'replace refs that put another commit in place of the tip',
    expected: 'reads',
    make: (site) => {
      const tree = site.raw('tree', '')
      const other = site.raw(
        'commit',
        `tree ${tree}\nauthor X <x@x> 1 +0000\ncommitter X <x@x> 1 +0000\n\nreplaced\n`,
      )
      mkdirSync(join(site.gitDir, 'refs/replace'), { recursive: true })
      writeFileSync(join(site.gitDir, 'refs/replace', site.tip()), `${other}\n`)
    },
  },
  {
    what: 'a lock that somebody left',
    expected: 'reads',
    make: (site) => {
      writeFileSync(join(site.gitDir, 'index.lock'), '')
      writeFileSync(join(site.gitDir, 'refs/heads/main.lock'), '')
    },
  },
  {
    what: 'a repository within a repository within a repository',
    expected: 'reads',
    make: (site) => {
      for (const depth of [1, 2, 3]) {
        const inner = join(site.clone, ...Array.from({ length: depth }, () => 'app'), 'inner')
        cpSync(site.gitDir, join(inner, '.git'), { recursive: true })
        writeFileSync(
          join(inner, '.git/config'),
          `${readFileSync(join(inner, '.git/config'), 'utf8')}\n[core]\n\tfsmonitor = ${site.canary('inner')}\n`,
        )
      }
    },
  },
]
