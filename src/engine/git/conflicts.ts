import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { deflate } from 'node:zlib'
import type { Oid } from '#contract'
import type { ChangedPath } from './changed.ts'
import { whyNoText } from './merge-paths.ts'
import { readMergeRules } from './merge-rules.ts'
import { conflictingPaths } from './merge-tree.ts'
import type { Quarantine } from './quarantine.ts'
import type { GitRunner } from './runner.ts'

/** A changed path whose head (`here`) equals neither side of the change that is taken back. */
export type HardPath = ChangedPath & { readonly here: ChangedPath['to'] }

/** Rules of paths, by the base that they were read at: those of a timeline's commits are few. */
export type KnownRules = { base: Oid; readonly rules: Map<string, string | undefined> }

/**
 * The paths in which the undo of a change would conflict: the same merge as `mergeByTree`, of trees that hold these paths alone and are written
 * here. An undo runs git thirty times; this runs it once or twice. SHA-1 and git 2.38 or newer.
 */
export async function readConflicts(
  git: GitRunner,
  request: {
    readonly cwd: string
    readonly quarantine: Quarantine
    readonly base: Oid
    readonly hard: readonly HardPath[]
    readonly known: KnownRules
  },
): Promise<readonly string[]> {
  const { quarantine, hard } = request
  const rules = await rulesOf(git, request)
  const isText = (path: HardPath) => whyNoText(path, path.here, rules.get(path.path)) === undefined
  const content = hard.filter(isText)
  const others = hard.filter((path) => !isText(path)).map(({ path }) => path)
  if (content.length === 0) return others
  const commitOf = async (side: 'here' | 'from' | 'to', parents: readonly Oid[]) => {
    const tree = await writeFiles(
      quarantine,
      content.map((path) => ({ parts: path.path.split('/'), ...path[side] })),
    )
    return writeObject(quarantine, 'commit', Buffer.from(commitText(tree, parents)))
  }
  const ancestor = await commitOf('to', [])
  const [theirs, ours] = await Promise.all([commitOf('from', [ancestor]), commitOf('here', [ancestor])])
  const { names } = await conflictingPaths(git, quarantine, { ours, theirs })
  return [...others, ...content.map(({ path }) => path).filter((path) => names.has(path))].toSorted()
}

async function rulesOf(
  git: GitRunner,
  request: Parameters<typeof readConflicts>[1],
): Promise<ReadonlyMap<string, string | undefined>> {
  const { known, base, hard } = request
  if (known.base !== base) {
    known.base = base
    known.rules.clear()
  }
  const unknown = hard.filter(({ path }) => !known.rules.has(path))
  if (unknown.length > 0) {
    const found = await readMergeRules(git, { ...request, hard: unknown })
    for (const { path } of unknown) known.rules.set(path, found.get(path))
  }
  return known.rules
}

type File = { readonly parts: readonly string[]; readonly mode: string; readonly oid: Oid }

/** Git sorts a tree by bytes, a folder as if its name ended in a slash. */
async function writeFiles(quarantine: Quarantine, files: readonly File[]): Promise<Oid> {
  const names = new Set(files.map(({ parts: [name = ''] }) => name))
  const entries = await Promise.all(
    [...names].map(async (name) => {
      const own = files.filter(({ parts }) => parts[0] === name)
      const file = own.find(({ parts }) => parts.length === 1)
      if (file !== undefined) return { name, sort: Buffer.from(name), mode: file.mode, oid: file.oid }
      const below = own.map(({ parts, ...rest }) => ({ ...rest, parts: parts.slice(1) }))
      return { name, sort: Buffer.from(`${name}/`), mode: '40000', oid: await writeFiles(quarantine, below) }
    }),
  )
  const sorted = entries.toSorted((a, b) => Buffer.compare(a.sort, b.sort))
  const bytes = sorted.flatMap(({ name, mode, oid }) => [
    Buffer.from(`${mode} ${name}\0`),
    Buffer.from(oid, 'hex'),
  ])
  return writeObject(quarantine, 'tree', Buffer.concat(bytes))
}

function commitText(tree: Oid, parents: readonly Oid[]): string {
  const who = 'merge <merge@invalid> 0 +0000'
  const lines = [
    `tree ${tree}`,
    ...parents.map((parent) => `parent ${parent}`),
    `author ${who}`,
    `committer ${who}`,
  ]
  return `${lines.join('\n')}\n\nmerge\n`
}

/** A loose object of the quarantine. */
async function writeObject(quarantine: Quarantine, type: 'tree' | 'commit', body: Buffer): Promise<Oid> {
  const bytes = Buffer.concat([Buffer.from(`${type} ${body.length}\0`), body])
  const oid = createHash('sha1').update(bytes).digest('hex')
  const folder = join(quarantine.dir, 'objects', oid.slice(0, 2))
  const file = join(folder, oid.slice(2))
  if (existsSync(file)) return oid
  await mkdir(folder, { recursive: true })
  await writeFile(file, await promisify(deflate)(bytes))
  return oid
}
