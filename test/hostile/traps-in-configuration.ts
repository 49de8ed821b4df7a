import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Hostile, Site } from './site.ts'

const hookNames = [
  'applypatch-msg',
  'commit-msg',
  'fsmonitor-watchman',
  'post-applypatch',
  'post-checkout',
  'post-commit',
  'post-index-change',
  'post-merge',
  'post-receive',
  'post-rewrite',
  'post-update',
  'pre-applypatch',
  'pre-auto-gc',
  'pre-commit',
  'pre-merge-commit',
  'pre-push',
  'pre-rebase',
  'pre-receive',
  'prepare-commit-msg',
  'proc-receive',
  'push-to-checkout',
  'reference-transaction',
  'sendemail-validate',
  'update',
]

function putHooks({ canary }: Site, folder: string): void {
  mkdirSync(folder, { recursive: true })
  for (const name of hookNames) {
    const file = join(folder, name)
    writeFileSync(file, readFileSync(canary(`hook-${name}`)))
    chmodSync(file, 0o755)
  }
}

/** A program behind each of these keys; every one is a canary. */
function programs(site: Site, keys: readonly string[]): void {
  for (const key of keys) site.git('config', key, site.canary(key.replaceAll(/[^a-z]/gi, '-')))
}

const named = (what: string, keys: readonly string[], more?: (site: Site) => void): Hostile => ({
  what,
  expected: 'reads',
  make: (site) => {
    programs(site, keys)
    more?.(site)
  },
})

/** Configuration and hooks that name programs: reading and drafting run none of them. */
export const configurationTraps: readonly Hostile[] = [
  {
    what: 'a hook of every kind',
    expected: 'reads',
    make: (site) => putHooks(site, join(site.gitDir, 'hooks')),
  },
  {
    what: 'hooks in another folder',
    expected: 'reads',
    make: (site) => {
      putHooks(site, join(site.dir, 'elsewhere'))
      site.git('config', 'core.hooksPath', join(site.dir, 'elsewhere'))
    },
  },
  named('a program that watches files', ['core.fsmonitor']),
  named(
    'programs for the network',
    ['core.sshCommand', 'core.gitProxy', 'core.askPass', 'credential.helper'],
    (site) => site.git('remote', 'add', 'origin', 'ssh://nowhere.invalid/x.git'),
  ),
  named('editors', ['core.editor', 'sequence.editor', 'rebase.instructionFormat']),
  named('pagers', [
    'core.pager',
    'pager.log',
    'pager.diff',
    'pager.show',
    'pager.cat-file',
    'pager.rev-parse',
  ]),
  named('filters', ['filter.trap.clean', 'filter.trap.smudge'], (site) => {
    site.git('config', 'filter.trap.required', 'true')
    writeFileSync(join(site.gitDir, 'info/attributes'), '* filter=trap\n')
  }),
  named('a filter that is a process', ['filter.trap.process'], (site) => {
    writeFileSync(join(site.gitDir, 'info/attributes'), '* filter=trap\n')
  }),
  named('an external diff', ['diff.external']),
  named('programs that turn files into text', ['diff.trap.textconv', 'diff.trap.command'], (site) =>
    writeFileSync(join(site.gitDir, 'info/attributes'), '* diff=trap\n'),
  ),
  {
    what: 'attributes of the tree that name drivers',
    expected: 'reads',
    make: (site) => {
      programs(site, ['diff.trap.textconv', 'diff.trap.command', 'filter.trap.clean', 'merge.trap.driver'])
      site.write('.gitattributes', '* diff=trap merge=trap\n')
      site.commit('attributes')
    },
  },
  named('programs that verify signatures', ['gpg.program', 'gpg.ssh.program', 'gpg.x509.program'], (site) => {
    site.git('config', 'log.showSignature', 'true')
    const body = site.git('cat-file', 'commit', site.tip())
    const signature =
      'gpgsig -----BEGIN PGP SIGNATURE-----\n \n iQEzBAABCAAdFiEE\n -----END PGP SIGNATURE-----'
    const [head = '', ...message] = body.split('\n\n')
    const signed = site.raw('commit', `${head}\n${signature}\n\n${message.join('\n\n')}\n`)
    writeFileSync(join(site.gitDir, 'refs/heads/main'), `${signed}\n`)
  }),
  {
    what: 'configuration that includes other configuration',
    expected: 'reads',
    make: (site) => {
      const other = join(site.dir, 'other.config')
      writeFileSync(
        other,
        `[core]\n\tfsmonitor = ${site.canary('included')}\n\tpager = ${site.canary('included')}\n`,
      )
      site.config(`[include]\n\tpath = ${other}\n[includeIf "gitdir:/**"]\n\tpath = ${other}`)
      site.config(`[includeIf "onbranch:main"]\n\tpath = ${other}`)
      site.config(`[includeIf "hasconfig:remote.*.url:**"]\n\tpath = ${other}\n[remote "x"]\n\turl = /x`)
    },
  },
  named(
    'programs at the other end of a remote',
    ['remote.origin.uploadpack', 'remote.origin.receivepack'],
    (site) => {
      site.config(
        `[remote "origin"]\n\turl = ${site.dir}/nowhere\n\tvcs = trap\n[protocol]\n\tallow = always`,
      )
    },
  ),
  {
    what: 'a remote whose address is a command',
    expected: 'reads',
    make: (site) => {
      site.config(`[remote "origin"]\n\turl = ext::sh -c '${site.canary('ext')}'`)
      site.config('[protocol "ext"]\n\tallow = always')
    },
  },
  {
    what: 'remotes whose names and addresses are options',
    expected: 'reads',
    make: (site) => {
      site.config(`[remote "--upload-pack=x"]\n\turl = --upload-pack=${site.canary('option')}`)
      site.config(`[remote "origin"]\n\turl = -u${site.canary('option')}`)
      site.config(`[branch "main"]\n\tremote = --upload-pack=x\n\tmerge = --exec=${site.canary('option')}`)
    },
  },
  named('aliases with the names of commands', [
    'alias.log',
    'alias.rev-parse',
    'alias.cat-file',
    'alias.diff-tree',
  ]),
  named(
    'programs for alternates and packs',
    ['core.alternateRefsCommand', 'uploadpack.packObjectsHook'],
    (site) => writeFileSync(join(site.gitDir, 'objects/info/alternates'), '/nowhere/objects\n'),
  ),
  named('programs for trailers, tools and patches', [
    'trailer.trap.command',
    'trailer.trap.cmd',
    'difftool.trap.cmd',
    'mergetool.trap.cmd',
    'interactive.diffFilter',
    'browser.trap.cmd',
    'man.trap.cmd',
    'sendemail.smtpserver',
    'instaweb.httpd',
    'tar.trap.command',
  ]),
  {
    what: 'a promisor remote that is a command',
    // A damaged object of a partial clone would be fetched.
    expected: ['discover', 'REPO_CORRUPT', 'REPO_OBJECTS_MISSING'],
    make: (site) => {
      site.config('[extensions]\n\tpartialClone = origin')
      site.config(`[remote "origin"]\n\turl = ext::sh -c '${site.canary('promisor')}'\n\tpromisor = true`)
      site.config('[protocol "ext"]\n\tallow = always\n[core]\n\trepositoryformatversion = 1')
      const gone = site.git('rev-parse', 'HEAD:app/web.yaml')
      chmodSync(join(site.gitDir, 'objects', gone.slice(0, 2), gone.slice(2)), 0o644)
      writeFileSync(join(site.gitDir, 'objects', gone.slice(0, 2), gone.slice(2)), '')
    },
  },
  {
    what: 'submodules with options for addresses',
    expected: 'reads',
    make: (site) => {
      const evil = site.canary('submodule')
      site.write(
        '.gitmodules',
        `[submodule "a"]\n\tpath = a\n\turl = --upload-pack=${evil}\n\tupdate = !${evil}\n` +
          `[submodule "../../x"]\n\tpath = ../x\n\turl = -u${evil}\n[submodule "c"]\n\tpath = -c\n\turl = ext::${evil}\n`,
      )
      site.git('update-index', '--add', '--cacheinfo', `160000,${site.tip()},a`)
      site.config(
        '[submodule]\n\trecurse = true\n[fetch]\n\trecurseSubmodules = true\n[status]\n\tsubmoduleSummary = true',
      )
      site.config(`[submodule "a"]\n\turl = ext::sh -c ${evil}\n\tupdate = !${evil}`)
      site.commit('submodules')
    },
  },
  {
    what: 'an address that is rewritten to a command',
    expected: 'reads',
    make: (site) => {
      site.config(
        `[url "ext::sh -c '${site.canary('rewritten')}' "]\n\tinsteadOf = https://\n\tpushInsteadOf = https://`,
      )
      site.config('[remote "origin"]\n\turl = https://nowhere.invalid/x.git\n[protocol]\n\tallow = always')
      site.config('[branch "main"]\n\tremote = origin\n\tmerge = refs/heads/main')
    },
  },
  named(
    'programs that merge, where an undo has to merge',
    ['merge.trap.driver', 'merge.default.driver'],
    (site) => {
      site.git('config', 'merge.default', 'trap')
      site.write('app/lines.txt', Array.from({ length: 40 }, (_, line) => `line ${line}\n`).join(''))
      site.write('.gitattributes', '* merge=trap\n')
      site.commit('lines')
      const lines = (first: string, last: string) =>
        [`${first}\n`, ...Array.from({ length: 38 }, (_, line) => `line ${line + 1}\n`), `${last}\n`].join('')
      site.write('app/lines.txt', lines('changed', 'line 39'))
      site.commit('first line')
      site.write('app/lines.txt', lines('changed', 'changed too'))
      site.commit('last line')
    },
  ),
  named(
    'keys that a program gives, for commits that are to be signed',
    ['gpg.ssh.defaultKeyCommand', 'gpg.ssh.program'],
    (site) => {
      site.config('[commit]\n\tgpgSign = true\n[gpg]\n\tformat = ssh\n[log]\n\tshowSignature = true')
      site.config('[push]\n\tgpgSign = true\n[tag]\n\tgpgSign = true')
    },
  ),
  {
    what: 'lists of commits and people at places of all kinds',
    expected: 'reads',
    make: (site) => {
      site.config(
        `[blame]\n\tignoreRevsFile = /nowhere\n\tignoreRevsFile = /etc/passwd\n\tmarkIgnoredLines = true`,
      )
      site.config('[mailmap]\n\tfile = /etc/passwd\n\tblob = HEAD:README\n[log]\n\tmailmap = true')
      site.config('[core]\n\tattributesFile = /etc/passwd\n\texcludesFile = /etc/passwd')
      site.config('[notes]\n\tdisplayRef = *\n[format]\n\tpretty = %C(red)%x00\n[color]\n\tui = always')
    },
  },
  named('configuration of the work tree alone', [], (site) => {
    site.config('[extensions]\n\tworktreeConfig = true')
    writeFileSync(
      join(site.gitDir, 'config.worktree'),
      `[core]\n\tfsmonitor = ${site.canary('worktree')}\n\thooksPath = ${site.dir}\n[diff]\n\texternal = ${site.canary('worktree')}\n`,
    )
  }),
  named('folders of templates with hooks in them', [], (site) => {
    putHooks(site, join(site.dir, 'template/hooks'))
    site.git('config', 'init.templateDir', join(site.dir, 'template'))
  }),
  {
    what: 'configuration that is no configuration',
    expected: ['add', 'REPO_CONFIG_BROKEN'],
    make: (site) => site.config('[core\n\u0000 = ]['),
  },
  {
    what: 'a format of the future',
    expected: ['add', 'REPO_UNSUPPORTED'],
    make: (site) => void site.git('config', 'core.repositoryformatversion', '99'),
  },
  {
    what: 'an extension that git does not know',
    expected: ['add', 'REPO_UNSUPPORTED'],
    make: (site) => site.config('[core]\n\trepositoryformatversion = 1\n[extensions]\n\ttrap = true'),
  },
  {
    what: 'a work tree that is elsewhere',
    expected: ['add', 'REPO_UNSUPPORTED'],
    make: (site) => {
      mkdirSync(join(site.dir, 'victim'))
      site.git('config', 'core.worktree', join(site.dir, 'victim'))
    },
  },
]
