import { basename, resolve } from 'node:path'
import type { Api, Clone, Handlers, Settings } from '#contract'
import { AppError } from '#contract'
import { conventionProblem } from '#core'
import type { Need, Repo } from '../git/index.ts'
import type { StoredClone } from '../workspace/index.ts'
import type { Fetches } from './fetches.ts'
import { fingerprintOf } from './trust.ts'
import { findClone, openRepo, readContexts } from './find.ts'
import type { Parts } from './ports.ts'
import { streamLatest } from './streams.ts'
import { suggestClones } from './suggest.ts'

type Names =
  | 'settings.get'
  | 'settings.update'
  | 'workspace.watch'
  | 'clones.suggest'
  | 'clones.add'
  | 'clones.remove'
  | 'clones.inspect'
  | 'clones.trust'
  | 'clones.fetch'
  | 'clones.branches'
  | 'clones.deepen'
  | 'clones.missing'
  | 'clones.fill'
  | 'clones.remove-lock'
  | 'network.tell'

export function workspaceCalls(parts: Parts, fetches: Fetches): Pick<Handlers<Api>, Names> {
  const { store } = parts.workspace
  const trustOf = async (cloneId: string) => {
    const runs = await (await openRepo(parts, cloneId)).networkCommands()
    return { cloneId, runs, fingerprint: fingerprintOf(runs) }
  }
  const show = (cloneId: string) => showClone(parts, fetches, findClone(parts, cloneId))
  return {
    'settings.get': () => {
      const [notice] = store.notices()
      return Promise.resolve({
        settings: store.state().settings,
        ...(notice === undefined ? {} : { notice }),
      })
    },
    'settings.update': async (patch) => {
      const given = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined))
      const problem = patch.message === undefined ? undefined : conventionProblem(patch.message)
      if (problem !== undefined)
        throw new AppError('MESSAGE_CONVENTION_INVALID', { message: problem, subject: 'message' })
      const merged = (settings: Settings): Settings => {
        const next = { ...settings, ...(given as Partial<Settings>) }
        // A field that was emptied is a setting that was taken back.
        const { gitPath, caBundle, ...rest } = next
        return { ...rest, ...(gitPath ? { gitPath } : {}), ...(caBundle ? { caBundle } : {}) }
      }
      return (await store.update((state) => ({ ...state, settings: merged(state.settings) }))).settings
    },
    'workspace.watch': async function* (_input, { signal }) {
      const read = async () => {
        const { settings, apps, clones } = store.state()
        const { contexts, problems } = await readContexts(parts)
        const shown = await Promise.all(clones.map((clone) => showClone(parts, fetches, clone)))
        return {
          clones: [...shown],
          apps: [...apps],
          contexts: [...contexts],
          settings,
          notices: [...store.notices(), ...problems],
        }
      }
      const onChange = (listener: () => void) => {
        const stops = [
          store.onChange(listener),
          fetches.onChange(listener),
          parts.kube.watchFiles(listener),
          onKilled(parts, listener),
        ]
        return () => {
          for (const stop of stops) stop()
        }
      }
      yield* streamLatest({ read, onChange, signal })
    },
    'clones.suggest': async () => [
      ...(await suggestClones(
        parts.home,
        store.state().clones.map(({ path }) => path),
      )),
    ],
    'clones.add': async ({ path }) => {
      const folder = resolve(path.replace(/^~(?=$|\/)/, parts.home))
      const repo = await parts.git.open(folder)
      const known = store.state().clones.find((clone) => clone.path === repo.path)
      if (known !== undefined) return show(known.id)
      const clone: StoredClone = { id: parts.newId(), name: basename(repo.path), path: repo.path }
      await store.update((state) => ({ ...state, clones: [...state.clones, clone] }))
      return show(clone.id)
    },
    'clones.remove': async ({ cloneId }) => {
      findClone(parts, cloneId)
      await store.update((state) => ({
        ...state,
        clones: state.clones.filter(({ id }) => id !== cloneId),
        apps: state.apps.filter(({ spec }) => spec.cloneId !== cloneId),
      }))
      return {}
    },
    'clones.inspect': ({ cloneId }) => trustOf(cloneId),
    'clones.trust': async ({ cloneId, fingerprint }) => {
      // Shown = done: what would run must still be what was shown.
      if ((await trustOf(cloneId)).fingerprint !== fingerprint) {
        throw new AppError('CLONE_NOT_TRUSTED', {
          message: "The clone's configuration changed since it was shown.",
          action: 'trust-clone',
        })
      }
      await store.update((state) => ({
        ...state,
        clones: state.clones.map((clone) =>
          clone.id === cloneId ? { ...clone, trusted: fingerprint } : clone,
        ),
      }))
      fetches.begin(cloneId)
      return show(cloneId)
    },
    'clones.fetch': async ({ cloneId }, { signal }) => {
      await fetches.fetch(cloneId, { signal, asks: true })
      return show(cloneId)
    },
    'clones.deepen': async ({ cloneId, commits }, { signal }) => {
      const { name } = findClone(parts, cloneId)
      if (!(await (await openRepo(parts, cloneId)).kinds()).includes('shallow'))
        throw new AppError('REPO_NOT_SHALLOW', { message: `${name} is no shallow clone.`, subject: name })
      await fetches.fetch(cloneId, { signal }, (repo, remote, told) =>
        repo.fetch(remote, told.signal, { ...told, asks: true, deepen: commits ?? 'all' }),
      )
      return show(cloneId)
    },
    'clones.missing': async ({ cloneId }) => {
      const repo = await openRepo(parts, cloneId)
      return { objects: (await repo.missing(await needsOf(parts, repo, cloneId))).size }
    },
    'clones.fill': async ({ cloneId }, { signal }) => {
      await fetches.fetch(cloneId, { signal }, async (repo, remote, told) =>
        repo.fill(remote, await needsOf(parts, repo, cloneId), told.signal, told.onProgress),
      )
      return show(cloneId)
    },
    'clones.remove-lock': async ({ cloneId, ...lock }) => {
      await (await openRepo(parts, cloneId)).removeLock(lock)
      return show(cloneId)
    },
    'network.tell': ({ state }) => {
      fetches.setNetwork(state)
      return Promise.resolve({})
    },
    'clones.branches': async ({ cloneId }) => [...(await (await openRepo(parts, cloneId)).branches())],
  }
}

/** What the clone's apps read, at each branch that they follow; before there is one, the default branch's manifests. */
async function needsOf(parts: Parts, repo: Repo, cloneId: string): Promise<readonly Need[]> {
  const apps = parts.workspace.store.state().apps.filter(({ spec }) => spec.cloneId === cloneId)
  const branches = new Set(apps.map(({ spec }) => spec.branch))
  if (branches.size === 0) branches.add(await repo.defaultBranch())
  return Promise.all(
    [...branches].map(async (branch) => ({
      tip: (await repo.tracked(branch)).tip,
      folders: apps.filter(({ spec }) => spec.branch === branch).map(({ spec }) => spec.path),
    })),
  )
}

/** An operation that was killed, or met what a killed one left, may have left a lock. */
function onKilled({ workspace: { operations } }: Parts, listener: () => void): () => void {
  const read = () =>
    operations
      .list()
      .filter(({ state, failure }) => state === 'interrupted' || failure?.code === 'GIT_LOCK_LEFT')
      .map(({ id, state }) => `${id} ${state}`)
      .join()
  let known = read()
  return operations.onChange(() => {
    const now = read()
    if (now !== known) listener()
    known = now
  })
}

async function showClone(parts: Parts, fetches: Fetches, clone: StoredClone): Promise<Clone> {
  const base = {
    id: clone.id,
    name: clone.name,
    path: clone.path,
    trusted: clone.trusted !== undefined,
    kinds: [],
  }
  const lastFetch = fetches.last(clone.id)
  const fetching = fetches.fetching(clone.id)
  const nextFetchAt = fetches.nextAt(clone.id)
  try {
    const repo = await parts.git.open(clone.path)
    const head = await repo.head()
    const branch = head.kind === 'detached' ? undefined : head.branch
    const [remote, kinds, [leftLock]] = await Promise.all([
      repo.remote(branch ?? ''),
      repo.kinds(),
      repo.leftLocks(),
    ])
    return {
      ...base,
      kinds,
      ...(branch === undefined ? {} : { branch }),
      ...(leftLock === undefined ? {} : { leftLock }),
      ...(remote === undefined ? {} : { remote: remote.name, remoteUrl: remote.url }),
      ...(lastFetch === undefined ? {} : { lastFetch }),
      ...(fetching === undefined ? {} : { fetching }),
      ...(nextFetchAt === undefined ? {} : { nextFetchAt }),
    }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return { ...base, problem: { code: error.code, message: error.message } }
  }
}
