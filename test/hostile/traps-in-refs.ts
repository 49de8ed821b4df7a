import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Hostile, Site } from './site.ts'

function ref({ gitDir }: Site, name: string, text: string): void {
  mkdirSync(dirname(join(gitDir, name)), { recursive: true })
  writeFileSync(join(gitDir, name), `${text}\n`)
}

/** Refs and HEADs of every kind that could be taken for something else. */
export const refTraps: readonly Hostile[] = [
  {
    what: 'branches with the names of options',
    expected: 'reads',
    branch: '--upload-pack=x',
    make: (site) => {
      for (const name of ['-x', '--upload-pack=x', '--output=x', '--all'])
        ref(site, `refs/heads/${name}`, site.tip())
      ref(site, 'HEAD', 'ref: refs/heads/--upload-pack=x')
    },
  },
  {
    what: 'a branch called HEAD and refs called like objects',
    expected: 'reads',
    make: (site) => {
      ref(site, 'refs/heads/HEAD', site.git('rev-parse', 'HEAD~1'))
      ref(site, `refs/heads/${site.tip()}`, site.git('rev-parse', 'HEAD~1'))
      ref(site, 'refs/tags/main', site.git('rev-parse', 'HEAD~1'))
      ref(site, 'refs/heads/refs/heads/main', site.git('rev-parse', 'HEAD~1'))
    },
  },
  {
    what: 'packed refs of garbage',
    expected: ['add', 'REPO_CORRUPT'],
    make: (site) => writeFileSync(join(site.gitDir, 'packed-refs'), 'garbage\n\u0000\u001b[2J\n'),
  },
  {
    what: 'packed refs with names that no ref has',
    expected: 'reads',
    make: (site) =>
      writeFileSync(
        join(site.gitDir, 'packed-refs'),
        `# pack-refs with: peeled fully-peeled sorted \n${site.tip()} refs/heads/../../x\n${site.tip()} refs/heads/\u001b[31mred\n`,
      ),
  },
  {
    what: 'branches that are blobs, trees and tags of tags',
    expected: 'reads',
    make: (site) => {
      ref(site, 'refs/heads/blob', site.git('rev-parse', 'HEAD:README'))
      ref(site, 'refs/heads/tree', site.git('rev-parse', 'HEAD^{tree}'))
      let target = site.tip()
      let type = 'commit'
      for (let depth = 0; depth < 50; depth += 1) {
        target = site.raw(
          'tag',
          `object ${target}\ntype ${type}\ntag t${depth}\ntagger M <m@x> 1 +0000\n\nt\n`,
        )
        type = 'tag'
      }
      ref(site, 'refs/tags/deep', target)
    },
  },
  {
    what: 'a branch that is a blob',
    expected: ['discover', 'REPO_CORRUPT', 'REPO_EMPTY', 'BRANCH_MISSING'],
    make: (site) => ref(site, 'refs/heads/main', site.git('rev-parse', 'HEAD:README')),
  },
  {
    what: 'symbolic refs in a circle',
    expected: 'reads',
    make: (site) => {
      ref(site, 'refs/heads/a', 'ref: refs/heads/b')
      ref(site, 'refs/heads/b', 'ref: refs/heads/a')
      ref(site, 'refs/remotes/origin/HEAD', 'ref: refs/heads/a')
    },
  },
  {
    what: 'a HEAD in a circle',
    expected: ['add', 'REPO_NOT_GIT', 'REPO_CORRUPT', 'REPO_EMPTY'],
    make: (site) => {
      ref(site, 'refs/heads/main', 'ref: refs/heads/other')
      ref(site, 'refs/heads/other', 'ref: refs/heads/main')
    },
  },
  {
    what: 'refs of garbage',
    expected: 'reads',
    make: (site) => {
      ref(site, 'refs/heads/broken', 'garbage')
      ref(site, 'refs/heads/empty', '')
      ref(site, 'refs/heads/dead', 'dead'.repeat(10))
      ref(site, 'refs/heads/zero', '0'.repeat(40))
    },
  },
  {
    what: 'a ref that is a link out of the repository',
    expected: 'reads',
    make: (site) => {
      writeFileSync(join(site.dir, 'secret'), 'not a ref\n')
      symlinkSync(join(site.dir, 'secret'), join(site.gitDir, 'refs/heads/link'))
      symlinkSync('/', join(site.gitDir, 'refs/heads/root'))
    },
  },
  {
    what: 'a detached HEAD and two branches',
    expected: ['discover', 'REPO_DETACHED'],
    make: (site) => {
      site.git('branch', 'second')
      site.git('checkout', '-q', '--detach')
    },
  },
  {
    what: 'a branch that is not born',
    expected: 'reads',
    make: (site) => ref(site, 'HEAD', 'ref: refs/heads/unborn'),
  },
  {
    what: 'a repository without a commit',
    expected: ['discover', 'REPO_EMPTY'],
    make: (site) => {
      rmSync(site.gitDir, { recursive: true })
      site.git('init', '-q', '-b', 'main')
    },
  },
]
