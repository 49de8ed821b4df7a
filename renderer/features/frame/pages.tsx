import { lazy, Suspense } from 'react'
import { assertNever } from '#contract'
import { useRoute } from '../../ui/use-stores.ts'
import { Waiting } from '../../ui/waiting.tsx'
import { AppsPage } from '../apps/apps-page.tsx'

// The list is the first paint; every other page comes in a chunk of its own.
const ActivityPage = lazy(() =>
  import('../activity/activity-page.tsx').then((room) => ({ default: room.ActivityPage })),
)
const ClustersPage = lazy(() =>
  import('../clusters/clusters-page.tsx').then((room) => ({ default: room.ClustersPage })),
)
const DoctorPage = lazy(() =>
  import('../doctor/doctor-page.tsx').then((room) => ({ default: room.DoctorPage })),
)
const OperationPage = lazy(() =>
  import('../operation/operation-page.tsx').then((room) => ({ default: room.OperationPage })),
)
const RepositoriesPage = lazy(() =>
  import('../repositories/repositories-page.tsx').then((room) => ({ default: room.RepositoriesPage })),
)
const ReviewPage = lazy(() =>
  import('../review/review-page.tsx').then((room) => ({ default: room.ReviewPage })),
)
const SettingsPage = lazy(() =>
  import('../settings/settings-page.tsx').then((room) => ({ default: room.SettingsPage })),
)
const AppPage = lazy(() => import('../app/app-page.tsx').then((room) => ({ default: room.AppPage })))

/** The page of the route. */
export function Pages() {
  return (
    <Suspense fallback={<Waiting words="Loading the page." />}>
      <Page />
    </Suspense>
  )
}

function Page() {
  const route = useRoute()
  switch (route.page) {
    case 'apps':
      return <AppsPage />
    case 'app':
      return <AppPage key={route.appId} route={route} />
    case 'review':
      return <ReviewPage key={route.appId} appId={route.appId} />
    case 'operation':
      return <OperationPage key={route.operationId} operationId={route.operationId} />
    case 'activity':
      return <ActivityPage />
    case 'clusters':
      return <ClustersPage />
    case 'repositories':
      return <RepositoriesPage cloneId={route.cloneId} />
    case 'settings':
      return <SettingsPage />
    case 'doctor':
      return <DoctorPage />
    default:
      return assertNever(route)
  }
}
