import type { SafetyReason } from '#contract'
import { sameDeclared } from '../diff/index.ts'
import { at, displayKey, isObject } from '../manifest/index.ts'
import type { JsonObject, Manifest } from '../manifest/index.ts'
import { unread } from './live.ts'
import type { SafetyInput } from './report.ts'

type Path = readonly string[]
type Rule = {
  readonly group: string
  readonly kinds: readonly string[]
  readonly fixed: (object: JsonObject) => readonly Path[]
}

const paths =
  (...fixed: readonly Path[]) =>
  () =>
    fixed

/** All of a spec but what may change (apps/v1 ValidateStatefulSetUpdate). */
const mutableOfStatefulSet = new Set([
  'replicas',
  'ordinals',
  'template',
  'updateStrategy',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
  'minReadySeconds',
])
const mutableOfClaim = new Set(['resources', 'volumeAttributesClassName'])

const specBut = (mutable: ReadonlySet<string>) => (object: JsonObject) => {
  const spec = at(object, 'spec')
  return isObject(spec)
    ? Object.keys(spec)
        .filter((name) => !mutable.has(name))
        .map((name) => ['spec', name])
    : []
}

/** Fields that the API server never lets change: an object with another value has to be made anew. */
const rules: readonly Rule[] = [
  { group: 'apps', kinds: ['Deployment', 'DaemonSet', 'ReplicaSet'], fixed: paths(['spec', 'selector']) },
  { group: 'apps', kinds: ['StatefulSet'], fixed: specBut(mutableOfStatefulSet) },
  {
    group: 'batch',
    kinds: ['Job'],
    fixed: paths(['spec', 'template'], ['spec', 'selector'], ['spec', 'completionMode']),
  },
  { group: '', kinds: ['PersistentVolumeClaim'], fixed: specBut(mutableOfClaim) },
  { group: '', kinds: ['Service'], fixed: paths(['spec', 'clusterIP']) },
  { group: '', kinds: ['Secret'], fixed: paths(['type']) },
  {
    group: 'storage.k8s.io',
    kinds: ['StorageClass'],
    fixed: paths(['provisioner'], ['parameters'], ['reclaimPolicy'], ['volumeBindingMode']),
  },
  {
    group: 'rbac.authorization.k8s.io',
    kinds: ['RoleBinding', 'ClusterRoleBinding'],
    fixed: paths(['roleRef']),
  },
]

/** ConfigMaps and Secrets that are marked immutable keep their data. */
const contents: readonly Path[] = [['data'], ['binaryData'], ['immutable']]

export function immutableReasons({
  after,
  live,
}: Pick<SafetyInput, 'after' | 'live'>): readonly SafetyReason[] {
  return after.flatMap((manifest): readonly SafetyReason[] => {
    const rule = ruleOf(manifest)
    const frozen = manifest.key.group === '' && ['ConfigMap', 'Secret'].includes(manifest.key.kind)
    if (rule === undefined && !frozen) return []
    const found = live(manifest.key)
    if (found.state === 'absent') return []
    if (found.state === 'unknown') return [unread(manifest.key, 'what may not change of it', found.why)]
    const fixed = [
      ...(rule?.fixed(manifest.object) ?? []),
      ...(frozen && at(found.object, 'immutable') === true ? contents : []),
    ]
    return fixed
      .filter((path) => isOther(manifest.object, found.object, path))
      .map((path) => reason(manifest, path))
  })
}

function ruleOf({ key }: Manifest): Rule | undefined {
  return rules.find(({ group, kinds }) => group === key.group && kinds.includes(key.kind))
}

function isOther(declared: JsonObject, live: JsonObject, path: Path): boolean {
  const wanted = at(declared, ...path)
  if (wanted === undefined) return path[0] === 'immutable'
  return !sameDeclared(wanted, at(live, ...path))
}

function reason({ key }: Manifest, path: Path): SafetyReason {
  const words = `${displayKey(key)}: .${path.join('.')} may not change: the server refuses it, and the object would have to be deleted and made anew.`
  return { code: 'IMMUTABLE_FIELD', level: 'danger', key, words }
}
