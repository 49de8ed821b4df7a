import { createStore } from 'zustand/vanilla'
import type { StoreApi } from 'zustand/vanilla'
import type { Blame, BlameRequest, Origin } from '#contract'
import { failureOf } from '../transport/failure-of.ts'
import type { Link } from '../transport/link.ts'
import { keyText } from './key-text.ts'
import type { Load } from './load.ts'
import { failed, loading, ready } from './load.ts'

export type Blames = {
  readonly store: StoreApi<{ readonly blames: ReadonlyMap<string, Load<Blame>> }>
  /** Asks where a field is written; of a commit the answer stays the same, of a branch or a cluster it is asked for anew. */
  readonly fetch: (request: BlameRequest) => Promise<void>
}

export function blameId({ appId, key, path, revision = '', live = false }: BlameRequest): string {
  return [appId, keyText(key), path, revision, live ? 'live' : ''].join(' ')
}

const kept = 60

export function createBlames(link: Link): Blames {
  const store = createStore<{ blames: ReadonlyMap<string, Load<Blame>> }>(() => ({ blames: new Map() }))
  const put = (id: string, load: Load<Blame>) =>
    store.setState(({ blames }) => ({ blames: new Map([...blames, [id, load] as const].slice(-kept)) }))
  return {
    store,
    fetch: async (request) => {
      const id = blameId(request)
      const known = store.getState().blames.get(id)?.status
      const stays = request.revision !== undefined && request.live !== true
      if (known === 'loading' || (known === 'ready' && stays)) return
      put(id, loading(Date.now()))
      try {
        put(id, ready(await link.client.call('blame.field', request)))
      } catch (error) {
        put(id, failed(failureOf(error)))
      }
    },
  }
}

const roles: Readonly<Record<Origin['role'], string>> = {
  manifest: 'manifest',
  base: 'base',
  patch: 'patch',
  transformer: 'kustomization',
  generator: 'generator',
  values: 'values file',
  chart: 'chart',
  template: 'template',
}

const shares: Readonly<Record<NonNullable<Origin['share']>, string>> = {
  whole: 'the value',
  part: 'a part of it',
  decides: 'decides it',
  writes: 'writes it',
}

/** What a place is, and what it has to do with the value. */
export function originWords({ role, certainty, share }: Origin): string {
  if (certainty === 'possible') return `${roles[role]}, not proved`
  return share === undefined ? roles[role] : `${roles[role]}: ${shares[share]}`
}

/** `file:line`, or lines, as an editor opens it. */
export function placeText({ file, line, endLine }: Origin): string {
  if (line === undefined) return file
  return `${file}:${line}${endLine === undefined ? '' : `-${endLine}`}`
}
