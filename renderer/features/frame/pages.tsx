import { assertNever } from '#contract'
import { ActivityPage } from '../activity/activity-page.tsx'
import { AppPage } from '../app/app-page.tsx'
import { AppsPage } from '../apps/apps-page.tsx'
import { ClustersPage } from '../clusters/clusters-page.tsx'
import { DoctorPage } from '../doctor/doctor-page.tsx'
import { OperationPage } from '../operation/operation-page.tsx'
import { RepositoriesPage } from '../repositories/repositories-page.tsx'
import { ReviewPage } from '../review/review-page.tsx'
import { SettingsPage } from '../settings/settings-page.tsx'
import { useRoute } from '../../ui/use-stores.ts'

/** The page of the route. */
export function Pages() {
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
