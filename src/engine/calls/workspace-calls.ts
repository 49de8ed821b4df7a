import { createHash } from 'node:crypto'
import { basename, resolve } from 'node:path'
import type { Api, Clone, Handlers, Settings } from '#contract'
import { AppError } from '#contract'
import { conventionProblem } from '#core'
import type { StoredClone } from '../workspace/index.ts'
import type { Fetches } from './fetches.ts'
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
  | 'network.tell'

export function workspaceCalls(parts: Parts, fetches: Fetches): Pick<Handlers<Api>, Names> {
  const { store } = parts.workspace
  const trustOf = async (cloneId: string) => {
    const runs = await (await openRepo(parts, cloneId)).networkCommands()
    return { cloneId, runs, fingerprint: createHash('sha256').update(JSON.stringify(runs)).digest('hex') }
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
        const stops = [store.onChange(listener), fetches.onChange(listener), parts.kube.watchFiles(listener)]
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
    'network.tell': ({ state }) => {
      fetches.setNetwork(state)
      return Promise.resolve({})
    },
    'clones.branches': async ({ cloneId }) => [...(await (await openRepo(parts, cloneId)).branches())],
  }
}

async function showClone(parts: Parts, fetches: Fetches, clone: StoredClone): Promise<Clone> {
  const base = { id: clone.id, name: clone.name, path: clone.path, trusted: clone.trusted !== undefined }
  const lastFetch = fetches.last(clone.id)
  const fetching = fetches.fetching(clone.id)
  const nextFetchAt = fetches.nextAt(clone.id)
  try {
    const repo = await parts.git.open(clone.path)
    const head = await repo.head()
    const branch = head.kind === 'detached' ? undefined : head.branch
    const remote = await repo.remote(branch ?? '')
    return {
      ...base,
      ...(branch === undefined ? {} : { branch }),
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
