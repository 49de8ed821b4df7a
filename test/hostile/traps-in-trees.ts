import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { manifest, treeBytes } from './site.ts'
import type { Hostile, Site } from './site.ts'

/** A folder `app` with the usual manifest and these names beside it, each a file whose text could be believed. */
function withNames(site: Site, names: readonly (string | Uint8Array)[]): void {
  const web = site.raw('blob', manifest(4))
  const evil = site.raw('blob', `[core]\n\tfsmonitor = ${site.canary('tree')}\n`)
  const entries = names.map((name) => ({ mode: '100644', name, oid: evil }))
  const app = site.raw('tree', treeBytes([...entries, { mode: '100644', name: 'web.yaml', oid: web }]))
  site.commitTree(site.raw('tree', treeBytes([{ mode: '40000', name: 'app', oid: app }])))
}

/** A root with the usual app and these folders beside it, each with a hook and a configuration in it. */
function withFolders(site: Site, names: readonly string[]): void {
  const config = site.raw('blob', `[core]\n\tfsmonitor = ${site.canary('tree')}\n`)
  const folder = site.raw('tree', treeBytes([{ mode: '100755', name: 'config', oid: config }]))
  const app = site.raw(
    'tree',
    treeBytes([{ mode: '100644', name: 'web.yaml', oid: site.raw('blob', manifest(4)) }]),
  )
  const evil = names.map((name) => ({ mode: '40000', name, oid: folder }))
  site.commitTree(site.raw('tree', treeBytes([...evil, { mode: '40000', name: 'app', oid: app }])))
}

const names = (
  what: string,
  list: readonly (string | Uint8Array)[],
  expected: Hostile['expected'],
): Hostile => ({
  what,
  expected,
  make: (site) => withNames(site, list),
})
const folders = (what: string, list: readonly string[], expected: Hostile['expected']): Hostile => ({
  what,
  expected,
  make: (site) => withFolders(site, list),
})

// What git would not check out is not read either: a name that climbs would be read as another file.
const unwritable = ['discover', 'REPO_UNSAFE_NAMES'] as const

/** Trees that no careful Git would write: names that climb, look-alikes of `.git`, wrong bytes, and sizes. */
export const treeTraps: readonly Hostile[] = [
  folders('entries named ..', ['..'], unwritable),
  folders('entries named . and nothing', ['.', ''], unwritable),
  folders('entries named .git', ['.git'], unwritable),
  folders('entries that HFS takes for .git', ['.g\u200cit', '.GI\u200dT'], unwritable),
  folders(
    'entries that NTFS takes for .git',
    ['git~1', '.git::$INDEX_ALLOCATION', '.git ', '.git.'],
    unwritable,
  ),
  folders('entries that are .git in capitals', ['.GIT', '.Git'], unwritable),
  names('entries with a slash', ['../../outside', 'a/b', '/etc/passwd'], ['discover', 'REPO_UNSAFE_NAMES']),
  names('names that differ in case alone', ['WEB.yaml', 'Web.yaml', 'web.YAML.txt'], 'reads'),
  names('names that are equal in another Unicode form', ['\u00e9.txt', 'e\u0301.txt'], 'reads'),
  names(
    'names with line breaks, tabs, quotes and escapes',
    ['a\nb', 'a\tb', 'a"b', "a'b", '\u001b[2J\u202egpj.txt'],
    'reads',
  ),
  names(
    'names that look like options',
    ['--upload-pack=x', '-rf', ':(glob)*', '$(touch x)', '`touch x`'],
    'reads',
  ),
  names('names that are not UTF-8', [Buffer.from([0x62, 0xff, 0xfe])], 'reads'),
  names('one name twice', ['web.yaml', 'web.yaml'], unwritable),
  {
    what: 'a tree with broken bytes',
    expected: ['discover', 'REPO_CORRUPT'],
    make: (site) => void site.commitTree(site.raw('tree', '100644 web.yaml\u0000short')),
  },
  {
    what: 'a tree without any structure',
    expected: ['discover', 'REPO_CORRUPT'],
    make: (site) => void site.commitTree(site.raw('tree', 'x'.repeat(4_000))),
  },
  {
    what: 'modes that git does not know',
    expected: 'reads',
    make: (site) => {
      const web = site.raw('blob', manifest(4))
      const bytes = treeBytes([
        { mode: '100664', name: 'odd.txt', oid: web },
        { mode: '0', name: 'zero.txt', oid: web },
        { mode: '100644', name: 'web.yaml', oid: web },
      ])
      site.commitTree(
        site.raw('tree', treeBytes([{ mode: '40000', name: 'app', oid: site.raw('tree', bytes) }])),
      )
    },
  },
  {
    what: 'links in a circle',
    expected: 'reads',
    make: (site) => {
      site.write('app/web.yaml', manifest(4))
      symlinkSync('b', join(site.clone, 'a'))
      symlinkSync('a', join(site.clone, 'b'))
      symlinkSync('.', join(site.clone, 'self'))
      site.commit('circle')
    },
  },
  {
    what: 'an app whose manifest is a link out of the repository',
    expected: 'reads',
    make: (site) => {
      symlinkSync('/etc/passwd', join(site.clone, 'app/passwd.yaml'))
      site.commit('outside')
    },
  },
  {
    what: 'a folder 1,500 levels deep',
    heavy: true,
    // The commit before the newest was taken back by it.
    expected: ['undo', 'UNDO_NOTHING'],
    make: (site) => {
      let tree = site.raw(
        'tree',
        treeBytes([{ mode: '100644', name: 'web.yaml', oid: site.raw('blob', manifest(9)) }]),
      )
      for (let depth = 0; depth < 1_500; depth += 1)
        tree = site.raw('tree', treeBytes([{ mode: '40000', name: 'd', oid: tree }]))
      const app = site.git('rev-parse', 'HEAD:app')
      const bytes = treeBytes([
        { mode: '40000', name: 'app', oid: app },
        { mode: '40000', name: 'd', oid: tree },
      ])
      site.commitTree(site.raw('tree', bytes))
      site.commitTree(
        site.raw(
          'tree',
          treeBytes([{ mode: '40000', name: 'app', oid: site.git('rev-parse', 'HEAD~2:app') }]),
        ),
      )
      site.commitTree(site.raw('tree', bytes))
    },
  },
  {
    what: 'a tree of ten thousand million files made of eleven objects',
    heavy: true,
    expected: ['return', 'REPO_TOO_LARGE'],
    make: (site) => {
      let tree = site.raw('tree', treeBytes([{ mode: '100644', name: 'x', oid: site.raw('blob', 'x') }]))
      for (let level = 0; level < 10; level += 1)
        tree = site.raw(
          'tree',
          treeBytes(Array.from({ length: 10 }, (_, n) => ({ mode: '40000', name: `d${n}`, oid: tree }))),
        )
      const app = site.git('rev-parse', 'HEAD:app')
      site.commitTree(
        site.raw(
          'tree',
          treeBytes([
            { mode: '40000', name: 'app', oid: app },
            { mode: '40000', name: 'bomb', oid: tree },
          ]),
        ),
      )
      site.write('app/web.yaml', manifest(5))
      const next = site.raw(
        'tree',
        treeBytes([{ mode: '100644', name: 'web.yaml', oid: site.raw('blob', manifest(5)) }]),
      )
      site.commitTree(
        site.raw(
          'tree',
          treeBytes([
            { mode: '40000', name: 'app', oid: next },
            { mode: '40000', name: 'bomb', oid: tree },
          ]),
        ),
      )
    },
  },
  {
    what: 'a tree of a million entries',
    heavy: true,
    expected: 'reads',
    make: (site) => {
      const blob = site.raw('blob', 'x')
      const bytes = treeBytes(
        Array.from({ length: 1_000_000 }, (_, n) => ({
          mode: '100644',
          name: `f${String(n).padStart(7, '0')}`,
          oid: blob,
        })),
      )
      const many = site.raw('tree', bytes)
      for (const replicas of [4, 5]) {
        const web = site.raw('blob', manifest(replicas))
        const app = site.raw('tree', treeBytes([{ mode: '100644', name: 'web.yaml', oid: web }]))
        site.commitTree(
          site.raw(
            'tree',
            treeBytes([
              { mode: '40000', name: 'app', oid: app },
              { mode: '40000', name: 'many', oid: many },
            ]),
          ),
        )
      }
    },
  },
]
