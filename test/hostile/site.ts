import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { appendFileSync, chmodSync, cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { deflateSync } from 'node:zlib'

/** What a visit does with a clone, in its order. */
export const steps = [
  'add',
  'inspect',
  'discover',
  'timeline',
  'show',
  'return',
  'undo',
  'discard',
  'compare',
  'audit',
  'signatures',
  'last',
] as const
export type Step = (typeof steps)[number]

/** `reads`: every step answers. Else: the first step that is refused, and the codes that may say so. */
export type Expected = 'reads' | readonly [Step, ...string[]]

/** One repository of the corpus: made by a script, and what has to come of it. */
export type Hostile = {
  readonly what: string
  readonly expected: Expected
  /** Where the app is looked for; `app` unless told. */
  readonly path?: string
  readonly branch?: string
  /** Visited last: an engine that holds hundreds of megabytes starts its processes slower. */
  readonly heavy?: true
  /** Changes the clone that `Site` holds. Answers the folder that is added, where it is another one. */
  readonly make: (site: Site) => string | void
}

/** A clone with two commits of `app/web.yaml`, in a folder of its own, about to be made hostile. */
export type Site = {
  readonly dir: string
  readonly clone: string
  readonly gitDir: string
  readonly git: (...args: readonly string[]) => string
  /** Writes an object as it is, however wrong; answers its oid. */
  readonly raw: (type: 'blob' | 'tree' | 'commit' | 'tag', bytes: Uint8Array | string) => string
  /** A program that leaves its name in the folder of what ran; answers its path. */
  readonly canary: (name: string) => string
  readonly config: (text: string) => void
  readonly write: (path: string, bytes: string | Uint8Array) => void
  readonly commit: (subject: string) => string
  /** A commit of this tree on `main`, with the one before as its parent. */
  readonly commitTree: (tree: string, subject?: string) => string
  readonly tip: () => string
}

export const manifest = (replicas: number) => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: shop
spec:
  replicas: ${replicas}
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: web, image: 'web:1.${replicas}' }] }
`

export function gitAt(cwd: string, args: readonly string[], input?: Uint8Array | string): string {
  return execFileSync('git', ['-c', 'gc.auto=0', '-c', 'core.hooksPath=/dev/null', ...args], {
    cwd,
    env: {
      ...process.env,
      GIT_AUTHOR_DATE: '1790000000 +0000',
      GIT_COMMITTER_DATE: '1790000000 +0000',
      GIT_OPTIONAL_LOCKS: '0',
    },
    ...(input === undefined ? {} : { input }),
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    maxBuffer: 64 * 1024 * 1024,
  })
    .toString()
    .trimEnd()
}

/** The clone that every other is a copy of. */
export function makeTemplate(dir: string): void {
  gitAt(dirname(dir), ['init', '-q', '-b', 'main', dir])
  gitAt(dir, ['config', 'user.name', 'Operator'])
  gitAt(dir, ['config', 'user.email', 'operator@example.org'])
  for (const [subject, replicas] of [
    ['one', 2],
    ['two', 3],
  ] as const) {
    mkdirSync(join(dir, 'app'), { recursive: true })
    writeFileSync(join(dir, 'app/web.yaml'), manifest(replicas))
    writeFileSync(join(dir, 'README'), `${subject}\n`)
    gitAt(dir, ['add', '-A'])
    gitAt(dir, ['commit', '-q', '-m', subject])
  }
}

export function openSite(template: string, dir: string, ranDir: string): Site {
  const clone = join(dir, 'clone')
  const gitDir = join(clone, '.git')
  cpSync(template, clone, { recursive: true })
  const git: Site['git'] = (...args) => gitAt(clone, args)
  const raw: Site['raw'] = (type, bytes) => writeLoose(gitDir, type, Buffer.from(bytes))
  const write: Site['write'] = (path, bytes) => {
    mkdirSync(dirname(join(clone, path)), { recursive: true })
    writeFileSync(join(clone, path), bytes)
  }
  const tip = () => git('rev-parse', 'refs/heads/main')
  return {
    dir,
    clone,
    gitDir,
    git,
    raw,
    write,
    tip,
    canary: (name) => {
      const file = join(dir, `canary-${name}`)
      writeFileSync(file, `#!/bin/sh\ntouch '${ranDir}/${name}'\ncat >/dev/null 2>&1 </dev/null\nexit 0\n`)
      chmodSync(file, 0o755)
      return file
    },
    config: (text) => appendFileSync(join(gitDir, 'config'), `\n${text}\n`),
    commit: (subject) => {
      git('add', '-A')
      git('commit', '-q', '--allow-empty', '-m', subject)
      return tip()
    },
    commitTree: (tree, subject = 'hostile') => {
      const commit = raw(
        'commit',
        `tree ${tree}\nparent ${tip()}\nauthor M <m@x> 1790000100 +0000\ncommitter M <m@x> 1790000100 +0000\n\n${subject}\n`,
      )
      writeFileSync(join(gitDir, 'refs/heads/main'), `${commit}\n`)
      return commit
    },
  }
}

/** Not through git, which would look at what it is given, and take a process for each of a thousand folders. */
function writeLoose(gitDir: string, type: string, bytes: Buffer): string {
  const object = Buffer.concat([Buffer.from(`${type} ${bytes.length}\0`), bytes])
  const oid = createHash('sha1').update(object).digest('hex')
  const folder = join(gitDir, 'objects', oid.slice(0, 2))
  mkdirSync(folder, { recursive: true })
  if (!existsSync(join(folder, oid.slice(2)))) writeFileSync(join(folder, oid.slice(2)), deflateSync(object))
  return oid
}

/** The bytes of a tree object: entries as they are given, in the order in which they are given. */
export function treeBytes(
  entries: readonly { readonly mode: string; readonly name: string | Uint8Array; readonly oid: string }[],
): Buffer {
  return Buffer.concat(
    entries.flatMap(({ mode, name, oid }) => [
      Buffer.from(`${mode} `),
      Buffer.from(name),
      Buffer.from([0]),
      Buffer.from(oid, 'hex'),
    ]),
  )
}
