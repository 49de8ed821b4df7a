import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError, CloneKind } from '#contract'
import type { Oid } from '#contract'
import type { Place } from './place.ts'
import type { GitRunner } from './runner.ts'

const asked = String.raw`^(extensions\.(objectformat|partialclone)|remote\..*\.promisor|core\.sparsecheckout)$`
const truth = /^(true|yes|on|1)$/i

/** Looks anew each time: a clone is deepened, filled and grafted while it is open. `REPO_CORRUPT` for a `shallow` file of another shape. */
export async function readKinds(git: GitRunner, place: Place): Promise<readonly CloneKind[]> {
  const { stdout } = await git.run(['config', '-z', '--get-regexp', asked], {
    cwd: place.path,
    expect: [0, 1],
  })
  const settings = new TextDecoder()
    .decode(stdout)
    .split('\0')
    .map((entry) => entry.split('\n'))
  const is = (key: RegExp, value: RegExp) =>
    settings.some(([name, text = 'true']) => key.test(name ?? '') && value.test(text))
  const replaced = await git.text(['for-each-ref', '--count=1', '--format=x', 'refs/replace'], {
    cwd: place.path,
  })
  const holds: Readonly<Record<CloneKind, boolean>> = {
    bare: place.path === place.gitDir,
    linked: place.gitDir !== place.commonDir,
    shallow: (await readShallow(place)).size > 0,
    partial: is(/^extensions\.partialclone$/, /./) || is(/\.promisor$/, truth),
    sparse: is(/^core\.sparsecheckout$/, truth),
    sha256: is(/^extensions\.objectformat$/, /^sha256$/i),
    grafts: existsSync(join(place.commonDir, 'info', 'grafts')),
    replaced: replaced !== '',
  }
  return CloneKind.options.filter((kind) => holds[kind])
}

/** Commits at which a shallow clone ends; none in a whole one. */
export async function readShallow(place: Pick<Place, 'commonDir'>): Promise<ReadonlySet<Oid>> {
  const file = join(place.commonDir, 'shallow')
  if (!existsSync(file)) return new Set()
  const lines = (await readFile(file, 'latin1')).split('\n').filter((line) => line !== '')
  if (!lines.every((line) => /^[0-9a-f]{40}([0-9a-f]{24})?$/.test(line)))
    throw new AppError('REPO_CORRUPT', { message: `${file} is no list of commits.`, subject: file })
  return new Set(lines)
}
