import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { AppError, assertNever } from '#contract'
import type { Oid } from '#contract'
import { readConfig } from './config.ts'
import type { Config } from './config.ts'
import type { Place } from './place.ts'
import type { GitRunner } from './runner.ts'
import { trackingRef } from './tracking-ref.ts'

/** Four kinds of HEAD, each with only its own data. */
export type Tip =
  | { readonly kind: 'branch'; readonly branch: string; readonly oid: Oid }
  | { readonly kind: 'unborn'; readonly branch: string }
  | { readonly kind: 'detached'; readonly oid: Oid }

/** A branch as an app tracks it: the remote's tip counts, since that is what others see. */
export type TrackedBranch = {
  readonly branch: string
  readonly local: Oid | undefined
  readonly remote:
    | { readonly name: string; readonly ref: string; readonly branch: string; readonly oid: Oid | undefined }
    | undefined
  /** Remote tip if there is one, else local. */
  readonly tip: Oid
}

export async function readHead(git: GitRunner, cwd: string): Promise<Tip> {
  const [symbolic, oid] = await Promise.all([
    git.text(['symbolic-ref', '--quiet', 'HEAD'], { cwd, expect: [0, 1] }),
    git.text(['rev-parse', '--verify', '--quiet', 'HEAD^{commit}'], { cwd, expect: [0, 1] }),
  ])
  if (symbolic === '') return { kind: 'detached', oid }
  const branch = symbolic.replace(/^refs\/heads\//, '')
  return oid === '' ? { kind: 'unborn', branch } : { kind: 'branch', branch, oid }
}

/** Names of local branches and of remote ones without a local twin. */
export async function readBranches(git: GitRunner, cwd: string): Promise<readonly string[]> {
  const text = await git.text(['for-each-ref', '--format=%(refname)', 'refs/heads', 'refs/remotes'], { cwd })
  const names = text
    .split('\n')
    .filter((ref) => ref !== '' && !ref.endsWith('/HEAD'))
    .map((ref) => ref.replace(/^refs\/heads\//, '').replace(/^refs\/remotes\/[^/]+\//, ''))
  return [...new Set(names)].toSorted()
}

/** Remote of a branch by its upstream, else `origin`, else the only one there is. */
export function remoteOf(
  config: Config,
  branch: string,
): { readonly name: string; readonly url: string } | undefined {
  const configured = config.get(`branch.${branch}.remote`)
  const remotes = config.names('remote')
  const only = remotes.includes('origin') ? 'origin' : remotes.length === 1 ? remotes[0] : undefined
  const name = configured !== '' && configured !== '.' ? configured : only
  if (name === undefined || !remotes.includes(name)) return undefined
  const url = config.get(`remote.${name}.url`)
  return { name, url: url.replace(/(\b[a-z][a-z0-9+.-]*:\/\/)[^/@\s]+@/gi, '$1') }
}

/** Throws `BRANCH_MISSING` where neither side has it, `REPO_EMPTY` in a clone without commits. */
export async function readTracked(git: GitRunner, cwd: string, branch: string): Promise<TrackedBranch> {
  const config = await readConfig(git, cwd)
  const remote = remoteOf(config, branch)
  const merge = config.get(`branch.${branch}.merge`)
  // An upstream says what the branch is called on its own remote; one that is a local branch (`.`) says nothing about any remote.
  const named = merge !== '' && config.get(`branch.${branch}.remote`) === remote?.name
  const remoteBranch = named ? merge.replace(/^refs\/heads\//, '') : branch
  const ref =
    remote === undefined ? undefined : trackingRef(config, { remote: remote.name, branch: remoteBranch })
  const own = `refs/heads/${branch}`
  const tips = await readTips(git, cwd, [own, ...(ref === undefined ? [] : [ref])])
  const [local, remoteOid] = [tips.get(own), ref === undefined ? undefined : tips.get(ref)]
  const tip = remoteOid ?? local
  if (tip === undefined) throw await missing(git, cwd, branch)
  return {
    branch,
    local,
    remote:
      remote === undefined || ref === undefined
        ? undefined
        : { name: remote.name, ref, branch: remoteBranch, oid: remoteOid },
    tip,
  }
}

async function missing(git: GitRunner, cwd: string, branch: string): Promise<AppError> {
  const head = await readHead(git, cwd)
  switch (head.kind) {
    case 'unborn':
      return new AppError('REPO_EMPTY', { message: `${cwd} has no commit yet.`, subject: cwd })
    case 'branch':
    case 'detached':
      return new AppError('BRANCH_MISSING', {
        message: `${cwd} has no branch ${branch}.`,
        subject: branch,
        action: 'open-settings',
      })
    default:
      return assertNever(head)
  }
}

export async function readRef(git: GitRunner, cwd: string, ref: string): Promise<Oid | undefined> {
  const oid = await git.text(['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`], {
    cwd,
    expect: [0, 1, 128],
  })
  return /^[0-9a-f]{40}([0-9a-f]{24})?$/.test(oid) ? oid : undefined
}

/** Commits that branches lead to, by the full names of their refs; each is asked for by itself where one of them is broken. */
async function readTips(
  git: GitRunner,
  cwd: string,
  refs: readonly string[],
): Promise<ReadonlyMap<string, Oid>> {
  const format = '--format=%(objecttype) %(objectname) %(refname)'
  const { exitCode, stdout } = await git.run(['for-each-ref', format, '--', ...refs], {
    cwd,
    expect: [0, 128],
  })
  if (exitCode !== 0) {
    const found = await Promise.all(refs.map(async (ref) => [ref, await readRef(git, cwd, ref)] as const))
    return new Map(found.flatMap(([ref, oid]) => (oid === undefined ? [] : [[ref, oid] as const])))
  }
  const lines = new TextDecoder().decode(stdout).split('\n')
  const commits = lines.flatMap((line) => {
    const [, oid, ref] = /^commit (\S+) (.*)$/.exec(line) ?? []
    return oid === undefined || ref === undefined ? [] : [[ref, oid] as const]
  })
  return new Map(commits)
}

/** HEAD and every ref with its oid as one text. */
export async function readRefs(git: GitRunner, cwd: string): Promise<string> {
  const [head, refs] = await Promise.all([
    readHead(git, cwd),
    git.text(['for-each-ref', '--format=%(refname) %(objectname)'], { cwd }),
  ])
  return `${JSON.stringify(head)}\n${refs}`
}

/** The branch checked out, else the one that the remote calls its own, else the only one there is. `REPO_EMPTY`, `REPO_DETACHED`. */
export async function readDefaultBranch(git: GitRunner, cwd: string): Promise<string> {
  const head = await readHead(git, cwd)
  if (head.kind === 'branch') return head.branch
  const remote = await git.text(['symbolic-ref', '--quiet', 'refs/remotes/origin/HEAD'], {
    cwd,
    expect: [0, 1],
  })
  if (remote !== '') return remote.replace(/^refs\/remotes\/origin\//, '')
  const branches = await readBranches(git, cwd)
  if (branches.length === 1 && branches[0] !== undefined) return branches[0]
  if (head.kind === 'unborn' && branches.length === 0)
    throw new AppError('REPO_EMPTY', { message: `${cwd} has no commit yet.`, subject: cwd })
  throw new AppError('REPO_DETACHED', {
    message: `${cwd} has no branch checked out.`,
    subject: cwd,
    action: 'open-settings',
    data: { branches },
  })
}

const inProgress = {
  MERGE_HEAD: 'a merge',
  REVERT_HEAD: 'a revert',
  CHERRY_PICK_HEAD: 'a cherry-pick',
  'rebase-merge': 'a rebase',
  'rebase-apply': 'a rebase',
  sequencer: 'a sequence of commits',
  BISECT_LOG: 'a bisect',
} as const

/** What is under way in a work tree, in words; nothing of ours may move its branch meanwhile. */
export function readInProgress(place: Pick<Place, 'gitDir'>): string | undefined {
  return Object.entries(inProgress).find(([file]) => existsSync(join(place.gitDir, file)))?.[1]
}
