import { useEffect, useRef } from 'react'
import { tinykeys } from 'tinykeys'
import type { AppTab } from '../../stores/route.ts'
import { lastGood } from '../../stores/timeline-list.ts'
import { useStores } from '../../ui/use-stores.ts'
import { useRouteAppId } from './use-route-context.ts'
import { whenFree } from '../../ui/when-free.ts'

/** Keys of the whole window. */
export function useFrameKeys(on: { readonly onSheet: () => void; readonly onPalette: () => void }): void {
  const { route } = useStores()
  const appId = useRouteAppId()
  const latest = useRef({ on, appId })
  useEffect(() => {
    latest.current = { on, appId }
  })
  useEffect(() => {
    const goTab = (tab: AppTab, select?: string) =>
      whenFree(() => {
        const id = latest.current.appId
        if (id === undefined) return
        route.go({ page: 'app', appId: id, tab, ...(select === undefined ? {} : { select }) })
      })
    return tinykeys(window, {
      '$mod+k': (event) => {
        event.preventDefault()
        latest.current.on.onPalette()
      },
      'Shift+?': whenFree(() => latest.current.on.onSheet()),
      '?': whenFree(() => latest.current.on.onSheet()),
      'g a': whenFree(() => route.go({ page: 'apps' })),
      'g r': goTab('replicas'),
      'g t': goTab('timeline'),
      'g c': goTab('changes'),
      l: goTab('timeline', lastGood),
    })
  }, [route])
}
