import { useStore } from 'zustand'
import type { Context } from '#contract'
import type { Route } from '../../stores/route.ts'
import { useRoute, useStores, useWorkspace } from '../../ui/use-stores.ts'

/** The app that the page is about. */
export function useRouteAppId(): string | undefined {
  const route = useRoute()
  const { items } = useStore(useStores().operations)
  return appIdOf(route, (id) => items.get(id)?.appId)
}

/** The context that the page's app lives in. */
export function useRouteContext(): Context | undefined {
  const { apps, contexts } = useWorkspace()
  const appId = useRouteAppId()
  const name = apps.find(({ id }) => id === appId)?.spec.destination?.context
  return contexts.find((context) => context.name === name)
}

function appIdOf(route: Route, ofOperation: (id: string) => string | undefined): string | undefined {
  if (route.page === 'app' || route.page === 'review') return route.appId
  return route.page === 'operation' ? ofOperation(route.operationId) : undefined
}
