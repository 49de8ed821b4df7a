import { chmodSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { deflateSync } from 'node:zlib'
import { manifest, treeBytes } from './site.ts'
import type { Hostile, Site } from './site.ts'

function spoil(site: Site, oid: string, bytes: string | undefined): void {
  const file = join(site.gitDir, 'objects', oid.slice(0, 2), oid.slice(2))
  rmSync(file)
  if (bytes !== undefined) writeFileSync(file, bytes)
}

function moveMain(site: Site, oid: string): void {
  writeFileSync(join(site.gitDir, 'refs/heads/main'), `${oid}\n`)
}

/** A commit of the usual change whose header and message are given as they are. */
function odd(
  site: Site,
  body: (facts: { readonly tree: string; readonly parent: string }) => string | Uint8Array,
): void {
  const app = site.raw(
    'tree',
    treeBytes([{ mode: '100644', name: 'web.yaml', oid: site.raw('blob', manifest(7)) }]),
  )
  const tree = site.raw('tree', treeBytes([{ mode: '40000', name: 'app', oid: app }]))
  moveMain(site, site.raw('commit', body({ tree, parent: site.tip() })))
}

const who = 'author M <m@x> 1790000100 +0000\ncommitter M <m@x> 1790000100 +0000\n'

const said = (
  what: string,
  body: (facts: { readonly tree: string; readonly parent: string }) => string | Uint8Array,
  expected: Hostile['expected'] = 'reads',
): Hostile => ({ what, expected, make: (site) => odd(site, body) })

/** Objects that are damaged, absent, far too large, or commits that say what no commit says. */
export const objectTraps: readonly Hostile[] = [
  {
    what: 'a manifest whose object is damaged',
    expected: ['discover', 'REPO_CORRUPT'],
    make: (site) => spoil(site, site.git('rev-parse', 'HEAD:app/web.yaml'), 'garbage'),
  },
  {
    what: 'a tree whose object is damaged',
    expected: ['discover', 'REPO_CORRUPT'],
    make: (site) => spoil(site, site.git('rev-parse', 'HEAD:app'), 'garbage'),
  },
  {
    what: 'a tip whose commit is damaged',
    expected: ['add', 'REPO_CORRUPT'],
    make: (site) => spoil(site, site.tip(), 'garbage'),
  },
  {
    what: 'an object whose bytes are those of another',
    expected: ['discover', 'REPO_CORRUPT'],
    make: (site) => {
      const oid = site.git('rev-parse', 'HEAD:app/web.yaml')
      const text = manifest(1_000)
      spoil(site, oid, undefined)
      const file = join(site.gitDir, 'objects', oid.slice(0, 2), oid.slice(2))
      writeFileSync(file, deflateSync(Buffer.from(`blob ${text.length}\0${text}`)))
    },
  },
  {
    what: 'a pack that is cut short',
    expected: ['discover', 'REPO_CORRUPT', 'REPO_EMPTY', 'COMMIT_MISSING'],
    make: (site) => {
      site.git('repack', '-adq')
      const folder = join(site.gitDir, 'objects/pack')
      const pack = join(folder, readdirSync(folder).find((name) => name.endsWith('.pack')) ?? '')
      chmodSync(pack, 0o644)
      truncateSync(pack, 60)
    },
  },
  {
    what: 'a commit without a tree',
    expected: ['discover', 'REPO_CORRUPT', 'COMMIT_MISSING'],
    make: (site) => {
      const none = 'dead'.repeat(10)
      moveMain(site, site.raw('commit', `tree ${none}\nparent ${site.tip()}\n${who}\nno tree\n`))
    },
  },
  {
    what: 'a commit without any header',
    expected: ['discover', 'REPO_CORRUPT', 'COMMIT_MISSING', 'BRANCH_MISSING', 'REPO_EMPTY'],
    make: (site) => moveMain(site, site.raw('commit', 'nothing')),
  },
  {
    what: 'a parent that is not there',
    expected: ['timeline', 'REPO_CORRUPT'],
    make: (site) =>
      odd(site, ({ tree }) => `tree ${tree}\nparent ${'dead'.repeat(10)}\n${who}\nlost parent\n`),
  },
  said('a commit without author and message', ({ tree, parent }) => `tree ${tree}\nparent ${parent}\n\n`),
  said(
    'dates that no calendar has',
    ({ tree, parent }) =>
      `tree ${tree}\nparent ${parent}\nauthor M <m@x> 99999999999999999999 +9999\ncommitter M <m@x> -5 -9999\n\nbad dates\n`,
  ),
  said(
    'dates that are words',
    ({ tree, parent }) =>
      `tree ${tree}\nparent ${parent}\nauthor M <m@x> yesterday\ncommitter M <m@x>\n\nwords\n`,
  ),
  said(
    'terminal escapes in names and messages',
    ({ tree, parent }) =>
      `tree ${tree}\nparent ${parent}\nauthor \u001b[31mM\u202e <\u001b]0;x\u0007@x> 1790000100 +0000\n` +
      `committer M <m@x> 1790000100 +0000\n\n\u001b[2J\u001b]8;;http://x\u0007click\u001b]8;;\u0007\r\u0008 done\u009b31m\n`,
  ),
  said(
    'separators of our own in the name of an author',
    ({ tree, parent }) =>
      `tree ${tree}\nparent ${parent}\nauthor M\u001fx\u001fy <m@x> 1790000100 +0000\n` +
      `committer M <m@x> 1790000100 +0000\n\na\u001fb\u001e\u001dc\n`,
  ),
  said('a message with NUL', ({ tree, parent }) => `tree ${tree}\nparent ${parent}\n${who}\nbefore\0after\n`),
  said('a message that is not UTF-8', ({ tree, parent }) =>
    Buffer.concat([
      Buffer.from(`tree ${tree}\nparent ${parent}\n${who}encoding no-such-encoding\n\n`),
      Buffer.from([0xff, 0xfe, 0x80, 0x0a]),
    ]),
  ),
  said(
    'a subject of a megabyte',
    ({ tree, parent }) => `tree ${tree}\nparent ${parent}\n${who}\n${'x'.repeat(1_000_000)}\n`,
  ),
  said(
    'a message that quotes the trailers of ours',
    ({ tree, parent }) =>
      `tree ${tree}\nparent ${parent}\n${who}\nundo\n\nWheelhouse-App: ../../x\nWheelhouse-Reverts: --upload-pack=x\n`,
  ),
  {
    what: 'a merge of 400 parents',
    expected: 'reads',
    make: (site) => {
      const first = site.git('rev-parse', 'HEAD~1')
      odd(
        site,
        ({ tree, parent }) =>
          `tree ${tree}\nparent ${parent}\n${`parent ${first}\n`.repeat(400)}${who}\nmany\n`,
      )
    },
  },
  {
    what: 'a blob of 200 megabytes',
    heavy: true,
    expected: 'reads',
    make: (site) => {
      site.write('app/zeros.bin', Buffer.alloc(200 * 1024 * 1024))
      site.commit('zeros')
    },
  },
  {
    what: 'a manifest of 200 megabytes',
    heavy: true,
    expected: 'reads',
    make: (site) => {
      site.write('app/zeros.yaml', Buffer.alloc(200 * 1024 * 1024, 32))
      site.commit('zeros')
    },
  },
  {
    what: 'a manifest whose aliases multiply',
    heavy: true,
    expected: 'reads',
    make: (site) => {
      const levels = Array.from({ length: 12 }, (_, n) => `l${n}: &l${n} [${`*l${n - 1},`.repeat(9)}]`)
      site.write('app/laughs.yaml', `l: &l-1 [x]\n${levels.join('\n')}\n`)
      site.commit('laughs')
    },
  },
  {
    what: 'a kustomization that reaches for the network and for programs',
    expected: 'reads',
    make: (site) => {
      site.write(
        'app/kustomization.yaml',
        [
          'resources: [web.yaml, "https://nowhere.invalid/x.yaml", "git::ssh://nowhere.invalid/x", "../../../../etc"]',
          'generators: [exec.yaml]',
          'helmCharts: [{ name: x, repo: "https://nowhere.invalid" }]',
        ].join('\n'),
      )
      site.write(
        'app/exec.yaml',
        `apiVersion: v1\nkind: X\nmetadata:\n  name: x\n  annotations:\n    config.kubernetes.io/function: |\n      exec: { path: ${site.canary('exec')} }\n`,
      )
      site.commit('kustomization')
    },
  },
]
