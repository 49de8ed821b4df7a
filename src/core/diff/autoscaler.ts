import type { Autoscaler } from '../edit/index.ts'

/** Kinds that are read beside an app's own objects: they own replica counts. */
export const autoscalerKinds = [
  { group: 'autoscaling', kind: 'HorizontalPodAutoscaler' },
  { group: 'keda.sh', kind: 'ScaledObject' },
] as const

/** `HorizontalPodAutoscaler/web keeps it between 2 and 6` */
export function autoscalerWords({ kind, name, min, max }: Autoscaler): string {
  return `${kind}/${name} keeps it between ${min} and ${max}`
}
