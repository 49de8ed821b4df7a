import type { Health, HealthStatus } from '#contract'
import { keyOf, numberAt, stringAt, stringsAt } from '../manifest/index.ts'
import type { JsonObject } from '../manifest/index.ts'
import { claimHealth } from './claim.ts'
import { definitionHealth } from './custom-resource-definition.ts'
import { daemonSetHealth } from './daemon-set.ts'
import { deploymentHealth } from './deployment.ts'
import { genericHealth } from './generic.ts'
import { ingressHealth } from './ingress.ts'
import { jobHealth } from './job.ts'
import { newestPods } from './newest.ts'
import type { Offspring } from './newest.ts'
import { podHealth } from './pod.ts'
import { replicaSetHealth } from './replica-set.ts'
import { serviceHealth } from './service.ts'
import { statefulSetHealth } from './stateful-set.ts'
import { healthy, verdict } from './verdict.ts'

const rules: Readonly<Record<string, (object: JsonObject) => Health>> = {
  'apps/Deployment': deploymentHealth,
  'apps/StatefulSet': statefulSetHealth,
  'apps/DaemonSet': daemonSetHealth,
  'apps/ReplicaSet': replicaSetHealth,
  '/Pod': podHealth,
  'batch/Job': jobHealth,
  '/PersistentVolumeClaim': claimHealth,
  '/Service': serviceHealth,
  'networking.k8s.io/Ingress': ingressHealth,
  'extensions/Ingress': ingressHealth,
  'apiextensions.k8s.io/CustomResourceDefinition': definitionHealth,
}
/** Built-in groups: their kinds without a rule have no health, whatever their status looks like. */
const builtIn = /^($|apps$|batch$|autoscaling$|policy$|extensions$)|\.k8s\.io$/
const workloads = new Set(['Deployment', 'StatefulSet', 'DaemonSet'])

/**
 * Health in Argo CD's words; undefined = no rule applies, which is not Healthy. With `offspring`, a workload is as bad as the newest
 * revision's worst pod: a crash loop shows at once, not after the progress deadline.
 */
export function healthOf(object: JsonObject, offspring?: Offspring): Health | undefined {
  if (stringsAt(object, 'metadata', 'annotations')['argocd.argoproj.io/ignore-healthcheck'] === 'true')
    return undefined
  if (stringAt(object, 'metadata', 'deletionTimestamp') !== undefined)
    return verdict(object, 'Progressing', 'is being deleted.')
  const key = keyOf(object)
  const rule = rules[`${key.group}/${key.kind}`]
  if (rule === undefined) return builtIn.test(key.group) ? undefined : genericHealth(object)
  const own = rule(object)
  if (offspring === undefined || key.group !== 'apps' || !workloads.has(key.kind)) return own
  return rollUp(object, own, offspring)
}

function rollUp(workload: JsonObject, own: Health, offspring: Offspring): Health {
  if (own.status === 'Suspended') return own
  // Until the controller has taken up the new version, "newest" still means the old one.
  const generation = numberAt(workload, 'metadata', 'generation') ?? 0
  if (generation > (numberAt(workload, 'status', 'observedGeneration') ?? 0)) return own
  const pods = newestPods(workload, offspring) ?? []
  const bad = worst(
    pods
      .filter((pod) => stringAt(pod, 'metadata', 'deletionTimestamp') === undefined)
      .map(podHealth)
      .filter(({ status }) => status === 'Degraded'),
  )
  return bad.status === 'Degraded' ? bad : own
}

const weight: readonly HealthStatus[] = [
  'Unknown',
  'Degraded',
  'Missing',
  'Progressing',
  'Suspended',
  'Healthy',
]

/** The first of the worst; Healthy for none. Unknown > Degraded > Missing > Progressing > Suspended > Healthy. */
export function worst(list: readonly Health[]): Health {
  return list.reduce(
    (bad, health) => (weight.indexOf(health.status) < weight.indexOf(bad.status) ? health : bad),
    healthy,
  )
}
