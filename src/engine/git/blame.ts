import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { devNull } from 'node:os'
import { join } from 'node:path'
import writeFileAtomic from 'write-file-atomic'
import type { Oid } from '#contract'
import { readShallow } from './kinds.ts'
import type { Place } from './place.ts'
import { quotePath } from './quarantine.ts'
import type { GitRunner } from './runner.ts'

/** The commit that last changed a line. `boundary`: the clone's history ends there, so that it was in this commit or earlier. */
export type BlamedLine = { readonly line: number; readonly commit: Oid; readonly boundary: boolean }

export type BlameOrder = {
  readonly revision: Oid
  readonly path: string
  /** Lines from 1, both ends included. */
  readonly ranges: readonly { readonly from: number; readonly to: number }[]
  readonly signal?: AbortSignal | undefined
}

const timeoutMs = 60_000

/**
 * `git blame` of lines at a commit, renames followed. It is run in an empty repository of ours with the clone's objects beside it: `blame.
 * ignoreRevsFile` cannot be switched off from outside (git 2.39 sorts the list, so that an empty entry resets nothing), and names any file
 * of the machine, a pipe included; nor do attributes, textconv and mailmaps of the clone count there. `GIT_FAILED` as git says it.
 */
export async function blameLines(
  git: GitRunner,
  place: Place,
  caches: string,
  { revision, path, ranges, signal }: BlameOrder,
): Promise<readonly BlamedLine[]> {
  if (ranges.length === 0) return []
  const dir = await openNeutral(place, caches, revision.length === 64)
  const shallow = join(place.commonDir, 'shallow')
  const wanted = ranges.flatMap(({ from, to }) => ['-L', `${from},${to}`])
  const flags = ['--porcelain', '--root', '--no-textconv', '--no-ext-diff', ...wanted]
  const { stdout } = await git.run(['blame', ...flags, revision, '--', path], {
    cwd: dir,
    env: {
      GIT_DIR: dir,
      GIT_ALTERNATE_OBJECT_DIRECTORIES: quotePath(join(place.commonDir, 'objects')),
      ...(existsSync(shallow) ? { GIT_SHALLOW_FILE: shallow } : {}),
      // The operator's own list of ignored commits may name a file that this clone does not have: git would refuse.
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: devNull,
      // Before 2.32 that variable is not known.
      HOME: dir,
      XDG_CONFIG_HOME: dir,
    },
    signal,
    timeoutMs,
  })
  const ends = await readShallow(place)
  return parsePorcelain(Buffer.from(stdout).toString('latin1')).map((one) => ({
    ...one,
    boundary: ends.has(one.commit),
  }))
}

/** Made once for a clone, each file whole or not at all: other blames, of other windows too, begin meanwhile. */
async function openNeutral(place: Place, caches: string, sha256: boolean): Promise<string> {
  const name = createHash('sha256').update(place.commonDir).digest('hex').slice(0, 24)
  const dir = join(caches, `${name}.blame.git`)
  const config = sha256
    ? '[core]\n\trepositoryformatversion = 1\n\tbare = true\n[extensions]\n\tobjectformat = sha256\n'
    : '[core]\n\trepositoryformatversion = 0\n\tbare = true\n'
  if (existsSync(join(dir, 'config'))) return dir
  await mkdir(join(dir, 'refs'), { recursive: true })
  await mkdir(join(dir, 'objects'), { recursive: true })
  await writeFileAtomic(join(dir, 'HEAD'), 'ref: refs/heads/none\n')
  await writeFileAtomic(join(dir, 'config'), config)
  return dir
}

/** Each line's header is `oid line-then line-now [count]`; its text follows behind a tab. */
function parsePorcelain(text: string): readonly Omit<BlamedLine, 'boundary'>[] {
  return text.split('\n').flatMap((row) => {
    const [, commit, line] = /^([0-9a-f]{40}(?:[0-9a-f]{24})?) \d+ (\d+)/.exec(row) ?? []
    return commit === undefined ? [] : [{ commit, line: Number(line) }]
  })
}
