import { createContext, useContext, useEffect, useMemo } from 'react'
import { useStore } from 'zustand'
import type { App, Clone, Context, Operation, Settings } from '#contract'
import type { Route } from '../stores/route.ts'
import type { AppSession } from '../stores/session.ts'
import type { Stores } from '../stores/stores.ts'

export const StoresContext = createContext<Stores | undefined>(undefined)

export function useStores(): Stores {
  const stores = useContext(StoresContext)
  if (stores === undefined) throw new Error('StoresContext is not provided')
  return stores
}

export function useRoute(): Route {
  return useStore(useStores().route.store, ({ route }) => route)
}

export type Workspace = {
  readonly clones: readonly Clone[]
  readonly apps: readonly App[]
  readonly contexts: readonly Context[]
  readonly settings: Settings | undefined
  readonly notices: readonly string[]
}
const emptyWorkspace: Workspace = { clones: [], apps: [], contexts: [], settings: undefined, notices: [] }

/** The workspace as it is known; empty until it was read. */
export function useWorkspace(): Workspace {
  const load = useStore(useStores().workspace.store)
  return load.status === 'ready' ? load.value : emptyWorkspace
}

export function useApp(appId: string): App | undefined {
  const { apps } = useWorkspace()
  return apps.find(({ id }) => id === appId)
}

/** The context that an app's commits and syncs reach. */
export function useAppContext(appId: string): Context | undefined {
  const { contexts } = useWorkspace()
  const name = useApp(appId)?.spec.destination?.context
  return contexts.find((context) => context.name === name)
}

/** The app's session; its streams run as long as a view uses it. */
export function useSession(appId: string): AppSession {
  const stores = useStores()
  const session = useMemo(() => stores.session(appId), [stores, appId])
  useEffect(() => session.look(), [session])
  return session
}

/** Operations, newest first. */
export function useOperations(appId?: string): readonly Operation[] {
  const { items } = useStore(useStores().operations)
  return useMemo(
    () =>
      [...items.values()]
        .filter((one) => appId === undefined || one.appId === appId)
        .sort((a, b) => Date.parse(b.startedAt) - Date.parse(a.startedAt)),
    [items, appId],
  )
}
