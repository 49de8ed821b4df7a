import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError, CloneKind } from '#contract'
import type { Oid } from '#contract'
import { readConfig } from './config.ts'
import type { Place } from './place.ts'
import type { GitRunner } from './runner.ts'

/** Looks anew each time: a clone is deepened, filled and grafted while it is open. `REPO_CORRUPT` for a `shallow` file of another shape. */
export async function readKinds(git: GitRunner, place: Place): Promise<readonly CloneKind[]> {
  const config = await readConfig(git, place.path)
  const promises = config.names('remote').some((name) => config.isOn(`remote.${name}.promisor`))
  const replaced = await git.text(['for-each-ref', '--count=1', '--format=x', 'refs/replace'], {
    cwd: place.path,
  })
  const holds: Readonly<Record<CloneKind, boolean>> = {
    bare: place.path === place.gitDir,
    linked: place.gitDir !== place.commonDir,
    shallow: (await readShallow(place)).size > 0,
    partial: config.get('extensions.partialclone') !== '' || promises,
    sparse: config.isOn('core.sparsecheckout'),
    sha256: /^sha256$/i.test(config.get('extensions.objectformat')),
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
