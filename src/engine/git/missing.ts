import { AppError } from '#contract'
import type { Oid, TransferProgress } from '#contract'
import type { Place } from './place.ts'
import { atLeast } from './runner.ts'
import type { GitRunner } from './runner.ts'

/** What an app needs of the past: its folder, and the commit from which it is read. */
export type Need = { readonly tip: Oid; readonly folders: readonly string[] }

const shownCommits = 500
/** A render reads these outside an app's folder: bases, components, charts, values. */
const manifest = /\.(ya?ml|json|tpl|txt|lock|properties|env)$|(^|\/)(kustomization|\.helmignore)$/i

/**
 * Objects that a partial clone left at its remote and the apps need: manifests of their tips, and what their folders held in the last 500
 * commits. Asks no remote. Where folders themselves are absent, those come first: what they hold is not known before.
 */
export async function listMissing(
  git: GitRunner,
  { path: cwd }: Place,
  needs: readonly Need[],
): Promise<ReadonlySet<Oid>> {
  // Not `cat-file --batch-check`: it dies of the first object that is promised and may not be fetched.
  const walk = async (tip: Oid, commits: number, more: readonly string[]) => {
    const range = ['--first-parent', `--max-count=${commits}`, tip]
    const text = await git.text(['rev-list', '--objects', '--missing=print', ...range, ...more], { cwd })
    return [...text.matchAll(/^\?([0-9a-f]+)/gm)].map(([, oid = '']) => oid)
  }
  const tips = [...new Set(needs.map((need) => need.tip))]
  const trees = await Promise.all(tips.map((tip) => walk(tip, shownCommits, ['--filter=blob:none', '--'])))
  if (trees.flat().length > 0) return new Set(trees.flat())
  const found = new Set<Oid>()
  for (const { tip, folders } of needs) {
    const absent = new Set(await walk(tip, 1, ['--']))
    const listed = absent.size === 0 ? '' : await git.text(['ls-tree', '-r', '-z', tip], { cwd })
    for (const entry of listed.split('\0')) {
      const [, oid = '', name = ''] = /^\d+ blob ([0-9a-f]+)\t(.*)$/s.exec(entry) ?? []
      if (absent.has(oid) && manifest.test(name)) found.add(oid)
    }
    const past = folders.length === 0 ? [] : await walk(tip, shownCommits, ['--', ...folders])
    for (const oid of past) found.add(oid)
  }
  return found
}

type FillOrder = {
  readonly remote: string
  readonly needs: readonly Need[]
  readonly version: readonly [number, number]
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((progress: TransferProgress) => void) | undefined
}

/** Each round may bring folders that name more; a folder is seldom this deep. */
const mostRounds = 64
const perCommandLine = 400

/** Fetches what `listMissing` names, in bulk, as git itself would one by one. The caller has made sure that the clone is trusted. `REMOTE_*`. */
export async function fillMissing(git: GitRunner, place: Place, order: FillOrder): Promise<void> {
  let before = new Set<Oid>() as ReadonlySet<Oid>
  for (let round = 0; round < mostRounds; round += 1) {
    const missing = await listMissing(git, place, order.needs)
    if (missing.size === 0) return
    const [first = ''] = missing
    if (before.has(first))
      throw new AppError('REPO_OBJECTS_MISSING', {
        message: `${place.path}: ${order.remote} does not give ${first}.`,
        subject: first,
      })
    before = missing
    await fetchObjects(git, place, order, [...missing])
  }
}

async function fetchObjects(
  git: GitRunner,
  place: Place,
  { remote, version, signal, onProgress }: FillOrder,
  oids: readonly Oid[],
): Promise<void> {
  const whole = atLeast(version, [2, 29])
  const size = whole ? oids.length : perCommandLine
  for (let from = 0; from < oids.length; from += size) {
    const batch = oids.slice(from, from + size)
    const flags = ['--no-tags', '--no-recurse-submodules', '--filter=blob:none']
    flags.push(onProgress === undefined ? '--quiet' : '--progress')
    const named = whole ? ['--no-write-fetch-head', '--stdin', '--', remote] : ['--', remote, ...batch]
    await git.run(['-c', 'fetch.negotiationAlgorithm=noop', 'fetch', ...flags, ...named], {
      cwd: place.path,
      mode: 'network',
      signal,
      timeoutMs: 900_000,
      onProgress,
      asks: { command: `git fetch ${remote}` },
      ...(whole ? { input: `${batch.join('\n')}\n` } : {}),
    })
  }
}
