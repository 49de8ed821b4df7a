import type { ResourceKey, Workload } from '#contract'
import { isScalable, keyOf, keyString } from '#core'
import type { JsonObject } from '#core'
import type { GroupKind, Watch, WatchState } from '../kube/index.ts'
import type { WorkloadsRequest, WorkloadsSeen, WorkloadsWatch } from './runs.ts'
import { toWorkload } from './to-workload.ts'

/** Pods in a crowd change together: looked at once. */
const settleMs = 40
const apps = (kind: string): GroupKind => ({ group: 'apps', kind })
const always: readonly GroupKind[] = [
  { group: '', kind: 'Pod' },
  // KEDA makes an HPA of each of its objects.
  { group: 'autoscaling', kind: 'HorizontalPodAutoscaler' },
]

/** Follows the app's workloads, their revisions and their pods by shared watches; every telling is complete. */
export function watchWorkloads(
  request: WorkloadsRequest,
  onSeen: (seen: WorkloadsSeen) => void,
): WorkloadsWatch {
  const objects = new Map<string, JsonObject>()
  const watches = new Map<string, Watch>()
  const fresh = new Set<string>()
  let manifests = request.manifests
  let timer: NodeJS.Timeout | undefined
  let closed = false
  const schedule = () => {
    timer ??= setTimeout(() => {
      timer = undefined
      tell()
    }, settleMs)
  }
  const tell = () => {
    if (closed) return
    if (fresh.size < watches.size) {
      // Nothing is known yet, and it is known why: that is said instead of showing every workload as missing.
      const why = [...watches.values()]
        .map((watch) => watch.state())
        .find(({ failure }) => failure !== undefined)
      if (why !== undefined) onSeen({ workloads: [], live: false, ...failureOf(why) })
      return
    }
    const all = [...objects.values()]
    const workloads: readonly Workload[] = manifests
      .filter(({ object, key }) => isScalable(object) || key.kind === 'DaemonSet')
      .map(({ key }) => toWorkload(key, all, request))
    const bad = [...watches.values()]
      .map((watch) => watch.state())
      .find(
        ({ state, failure }) =>
          state !== 'live' && state !== 'connecting' && failure?.code !== 'KUBE_FORBIDDEN',
      )
    onSeen({ workloads, live: bad === undefined, ...failureOf(bad) })
  }
  const open = (kind: GroupKind, namespace: string) => {
    const scope = `${kind.group}/${kind.kind}/${namespace}`
    if (watches.has(scope)) return
    const mine = new Set<string>()
    const put = (object: JsonObject) => {
      const id = keyString(keyOf(object))
      mine.add(id)
      objects.set(id, object)
    }
    const watch = request.cluster.watch(kind, { namespace }, (event) => {
      if (event.type === 'reset') {
        for (const id of mine) objects.delete(id)
        mine.clear()
        for (const item of event.items) put(item)
        fresh.add(scope)
      } else if (event.type === 'upsert') put(event.object)
      else if (event.type === 'delete') objects.delete(keyString(keyOf(event.object)))
      // A kind that may not be read is said once, and does not hold back the others.
      else if (event.state === 'failed') fresh.add(scope)
      schedule()
    })
    watches.set(scope, watch)
  }
  const openAll = () => {
    const keys: readonly ResourceKey[] = manifests
      .filter(({ object, key }) => isScalable(object) || key.kind === 'DaemonSet')
      .map(({ key }) => key)
    for (const { group, kind, namespace } of keys) {
      const home = namespace === '' ? request.namespace : namespace
      const revisions =
        kind === 'Deployment'
          ? [apps('ReplicaSet')]
          : kind === 'StatefulSet' || kind === 'DaemonSet'
            ? [apps('ControllerRevision')]
            : []
      for (const one of [{ group, kind }, ...revisions, ...always]) open(one, home)
    }
    schedule()
  }
  openAll()
  return {
    refresh: (next) => {
      if (next !== undefined) manifests = next
      openAll()
    },
    close: () => {
      closed = true
      clearTimeout(timer)
      for (const watch of watches.values()) watch.close()
    },
  }
}

function failureOf(state: WatchState | undefined): Pick<WorkloadsSeen, 'failure'> {
  return state?.failure === undefined ? {} : { failure: state.failure }
}
