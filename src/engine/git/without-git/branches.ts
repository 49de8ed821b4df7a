import { AppError, assertNever } from '#contract'
import type { Place } from '../place.ts'
import type { TrackedBranch } from '../refs.ts'
import { mapRef } from '../tracking-ref.ts'
import type { Config } from './config.ts'
import { readHead, readRefs, readSymbolic } from './refs.ts'
import type { Refs } from './refs.ts'

type Remote = { readonly name: string; readonly url: string }

/** Names of local branches and of remote ones without a local twin. */
export function branchNames(refs: Refs): readonly string[] {
  const names = [...refs.keys()]
    .filter((ref) => /^refs\/(heads|remotes)\//.test(ref) && !ref.endsWith('/HEAD'))
    .map((ref) => ref.replace(/^refs\/heads\//, '').replace(/^refs\/remotes\/[^/]+\//, ''))
  return [...new Set(names)].toSorted()
}

/** As `readRemote` with git: the upstream's, else `origin`, else the only one there is. */
export async function remoteOf(config: Config, branch: string): Promise<Remote | undefined> {
  const [configured, remotes] = await Promise.all([config.get(`branch.${branch}.remote`), config.remotes()])
  const only = remotes.includes('origin') ? 'origin' : remotes.length === 1 ? remotes[0] : undefined
  const name = configured !== '' && configured !== '.' ? configured : only
  if (name === undefined || !remotes.includes(name)) return undefined
  const url = await config.get(`remote.${name}.url`)
  return { name, url: url.replace(/(\b[a-z][a-z0-9+.-]*:\/\/)[^/@\s]+@/gi, '$1') }
}

/** `BRANCH_MISSING`, `REPO_EMPTY`. */
export async function trackedBranch(place: Place, config: Config, branch: string): Promise<TrackedBranch> {
  const [refs, remote, configured, merge] = await Promise.all([
    readRefs(place),
    remoteOf(config, branch),
    config.get(`branch.${branch}.remote`),
    config.get(`branch.${branch}.merge`),
  ])
  const local = refs.get(`refs/heads/${branch}`)
  const theirs = merge !== '' && configured === remote?.name ? merge.replace(/^refs\/heads\//, '') : branch
  const ref = remote === undefined ? undefined : await trackingRef(config, remote.name, theirs)
  const oid = ref === undefined ? undefined : refs.get(ref)
  const tip = oid ?? local
  if (tip === undefined) throw await noBranch(place, branch)
  return {
    branch,
    local,
    remote:
      remote === undefined || ref === undefined ? undefined : { name: remote.name, ref, branch: theirs, oid },
    tip,
  }
}

async function trackingRef(config: Config, remote: string, branch: string): Promise<string> {
  const specs = await config.all(`remote.${remote}.fetch`)
  return mapRef(specs, `refs/heads/${branch}`) ?? `refs/remotes/${remote}/${branch}`
}

/** `REPO_EMPTY`, `REPO_DETACHED`. */
export async function defaultBranch(place: Place): Promise<string> {
  const head = await readHead(place)
  if (head.kind === 'branch') return head.branch
  const remote = await readSymbolic(place, 'refs/remotes/origin/HEAD')
  if (remote !== undefined) return remote.replace(/^refs\/remotes\/origin\//, '')
  const branches = branchNames(await readRefs(place))
  if (branches.length === 1 && branches[0] !== undefined) return branches[0]
  if (head.kind === 'unborn' && branches.length === 0) throw empty(place)
  throw new AppError('REPO_DETACHED', {
    message: `${place.path} has no branch checked out.`,
    subject: place.path,
    action: 'open-settings',
    data: { branches },
  })
}

async function noBranch(place: Place, branch: string): Promise<AppError> {
  const head = await readHead(place)
  switch (head.kind) {
    case 'unborn':
      return empty(place)
    case 'branch':
    case 'detached':
      return new AppError('BRANCH_MISSING', {
        message: `${place.path} has no branch ${branch}.`,
        subject: branch,
        action: 'open-settings',
      })
    default:
      return assertNever(head)
  }
}

function empty({ path }: Place): AppError {
  return new AppError('REPO_EMPTY', { message: `${path} has no commit yet.`, subject: path })
}
