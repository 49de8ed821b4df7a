import { describe, expect, it } from 'vitest'
import { AppError } from '#contract'
import {
  applyCandidate,
  autoscalerOf,
  chooseCandidate,
  isScalable,
  parseManifests,
  proveOnlyReplicas,
  replicaCandidates,
  replicasOf,
} from '#core'
import type { ReplicaCandidate, ReplicaSearch } from '#core'

const key = { group: 'apps', kind: 'Deployment', namespace: 'shop', name: 'web' }

function deployment(name: string, spec: string, namespace = ''): string {
  const place = namespace === '' ? '' : `, namespace: ${namespace}`
  return `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: ${name}${place}}\nspec:\n${spec}`
}

function search(
  inputs: Readonly<Record<string, string>>,
  more: Partial<ReplicaSearch>,
): readonly ReplicaCandidate[] {
  const files = Object.entries(inputs).map(([path, text]) => ({ path, text }))
  return replicaCandidates({ tool: 'plain', inputs: files, key, current: 3, appPath: 'app', ...more })
}

const places = (candidates: readonly ReplicaCandidate[]) =>
  candidates.map(({ path, line }) => `${path}:${line}`)

describe('places of a plain app', () => {
  it('is the manifest that declares the workload, in its namespace', () => {
    const found = search(
      {
        'app/a.yaml': `${deployment('api', '  replicas: 3\n')}---\n${deployment('web', '  replicas: 3\n')}`,
        'app/other.yaml': deployment('web', '  replicas: 3\n', 'elsewhere'),
        'app/readme.md': 'replicas: 3',
      },
      {},
    )
    expect(places(found)).toEqual(['app/a.yaml:11'])
    expect(applyCandidate(found[0] as ReplicaCandidate, 5)).toMatchObject({
      path: 'app/a.yaml',
      line: 11,
      before: '  replicas: 3',
      after: '  replicas: 5',
    })
  })

  it('may be a manifest without a count, where one is added', () => {
    const found = search({ 'app/a.yaml': deployment('web', '  selector: {}\n') }, { current: 1 })
    expect(found[0]?.place.kind).toBe('absent')
    expect(applyCandidate(found[0] as ReplicaCandidate, 2).text).toContain('spec:\n  replicas: 2\n  selector')
  })

  it('names why a place cannot be edited', () => {
    const shared = '  replicas: &n 3\n  minReadySeconds: *n\n'
    const found = search({ 'app/a.yaml': deployment('web', shared) }, {})
    expect(found[0]?.refused?.data?.reason).toBe('anchor')
    expect(() => applyCandidate(found[0] as ReplicaCandidate, 5)).toThrow(AppError)
    expect(() => chooseCandidate(key, found, [])).toThrow(/app\/a.yaml:5: .*&n/)
  })
})

describe('places of a Kustomize app', () => {
  const base = deployment('web', '  selector: {}\n  replicas: 3\n')

  it('go from the overlay’s replicas over its patches to the base', () => {
    const found = search(
      {
        'base/web.yaml': base,
        'base/kustomization.yaml': 'resources: [web.yaml]\n',
        'app/patch.yaml': deployment('web', '  replicas: 3\n'),
        'app/ops.yaml': '- {op: replace, path: /spec/replicas, value: 3}\n',
        'app/kustomization.yaml':
          'resources: [../base]\nreplicas:\n- name: api\n  count: 9\n- name: web\n  count: 3\n',
      },
      { tool: 'kustomize' },
    )
    expect(places(found)).toEqual([
      'app/kustomization.yaml:6',
      'app/patch.yaml:5',
      'app/ops.yaml:1',
      'base/web.yaml:6',
    ])
    expect(applyCandidate(found[0] as ReplicaCandidate, 5).text).toContain('- name: web\n  count: 5\n')
    expect(applyCandidate(found[2] as ReplicaCandidate, 5).text).toContain('value: 5}')
  })

  it('are refused where a patch is written into the kustomization, with its place', () => {
    const patch =
      'patches:\n- target: {kind: Deployment}\n  patch: |-\n    - {op: replace, path: /spec/replicas, value: 3}\n'
    const found = search({ 'app/kustomization.yaml': patch }, { tool: 'kustomize' })
    expect(places(found)).toEqual(['app/kustomization.yaml:3'])
    expect(found[0]?.refused?.data?.reason).toBe('block-text')
  })

  it('may have another name in the base, which prefixes and suffixes change', () => {
    const found = search(
      { 'base/web.yaml': base },
      { tool: 'kustomize', key: { ...key, name: 'prod-web-v2' } },
    )
    expect(places(found)).toEqual(['base/web.yaml:6'])
  })

  it('come last where the base has no count, and are no patch that sets something else', () => {
    const found = search(
      {
        'base/web.yaml': deployment('web', '  selector: {}\n'),
        'app/patch.yaml': deployment('web', '  paused: true\n'),
      },
      { tool: 'kustomize', current: 1 },
    )
    expect(found.map(({ place, path }) => [place.kind, path])).toEqual([['absent', 'base/web.yaml']])
  })
})

describe('places of a Helm app', () => {
  it('are values that equal the count: last file first, names of replicas first', () => {
    const found = search(
      {
        'app/values.yaml': 'replicaCount: 3\nweb:\n  replicas: 3\nport: 80\n',
        'app/values-prod.yaml': 'retries: 3\nweb:\n  replicas: "3"\n',
        'app/templates/web.yaml': 'replicas: 3\n',
      },
      { tool: 'helm', helm: { valuesFiles: ['app/values-prod.yaml'] } },
    )
    expect(places(found)).toEqual([
      'app/values-prod.yaml:3',
      'app/values.yaml:3',
      'app/values.yaml:1',
      'app/values-prod.yaml:1',
    ])
    expect(applyCandidate(found[0] as ReplicaCandidate, 5).text).toContain('replicas: "5"')
  })
})

describe('the proof', () => {
  const render = (web: number, api: number, image = 'a') =>
    parseManifests(
      `${deployment('web', `  replicas: ${web}\n  image: ${image}\n`)}---\n${deployment('api', `  replicas: ${api}\n`)}`,
      { defaultNamespace: 'shop' },
    ).manifests

  it('holds when only that count differs', () => {
    expect(proveOnlyReplicas(render(3, 1), render(5, 1), key, 5)).toEqual({ ok: true })
  })

  it.each([
    ['nothing changed', render(3, 1), 'none'],
    ['another workload changed alone', render(3, 2), 'none'],
    ['it got another count', render(4, 1), 'none'],
    ['it is gone', render(3, 1).slice(1), 'none'],
    ['another workload changed too', render(5, 2), 'other'],
    ['another field changed too', render(5, 1, 'b'), 'other'],
    ['another object went away', render(5, 1).slice(0, 1), 'other'],
  ])('fails when %s', (_name, after, effect) => {
    expect(proveOnlyReplicas(render(3, 1), after, key, 5)).toMatchObject({ ok: false, effect })
  })

  it('chooses the one place that is proven, and says why none or several are not', () => {
    const found = search({ 'app/values.yaml': 'a: 3\nb: 3\n' }, { tool: 'helm' })
    const [a, b] = found as [ReplicaCandidate, ReplicaCandidate]
    const yes = { ok: true } as const
    const none = { ok: false, effect: 'none', why: 'x' } as const
    const other = { ok: false, effect: 'other', why: 'Service/web would change too' } as const
    const code = (
      proofs: readonly [typeof yes | typeof none | typeof other, typeof yes | typeof none | typeof other],
    ) => {
      try {
        return chooseCandidate(key, found, [
          { candidate: a, proof: proofs[0] },
          { candidate: b, proof: proofs[1] },
        ])
      } catch (error) {
        return error instanceof AppError ? error.code : error
      }
    }
    expect(code([none, yes])).toBe(b)
    expect(code([other, yes])).toBe(b)
    expect(code([yes, yes])).toBe('EDIT_AMBIGUOUS')
    expect(code([none, other])).toBe('EDIT_NOT_PROVEN')
    expect(code([none, none])).toBe('EDIT_NO_SOURCE')
  })
})

describe('who owns the count', () => {
  const ref = { kind: 'Deployment', name: 'web', apiVersion: 'apps/v1' }
  const hpa = {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'web', namespace: 'shop' },
    spec: { scaleTargetRef: ref, minReplicas: 2, maxReplicas: 9 },
  }
  const keda = {
    apiVersion: 'keda.sh/v1alpha1',
    kind: 'ScaledObject',
    metadata: { name: 'queue', namespace: 'shop' },
    spec: { scaleTargetRef: { name: 'web' }, maxReplicaCount: 20 },
  }

  it('is the autoscaler that targets it, KEDA before the one that KEDA makes', () => {
    expect(autoscalerOf([hpa], key)).toEqual({ kind: 'HorizontalPodAutoscaler', name: 'web', min: 2, max: 9 })
    expect(autoscalerOf(parseManifests(JSON.stringify(hpa)).manifests, key)?.name).toBe('web')
    expect(autoscalerOf([hpa, keda], key)).toEqual({ kind: 'ScaledObject', name: 'queue', min: 0, max: 20 })
    expect(autoscalerOf([{ ...hpa, apiVersion: 'autoscaling/v1' }], key)?.max).toBe(9)
  })

  it('is nobody where the target is another workload or namespace', () => {
    expect(autoscalerOf([hpa, keda], { ...key, name: 'api' })).toBeUndefined()
    expect(autoscalerOf([hpa, keda], { ...key, kind: 'StatefulSet' })).toBeUndefined()
    expect(autoscalerOf([hpa, keda], { ...key, namespace: 'other' })).toBeUndefined()
    expect(
      autoscalerOf([{ apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' } }], key),
    ).toBeUndefined()
  })

  it('knows which kinds have a count, and what is meant by none', () => {
    const object = (apiVersion: string, kind: string, spec: object) => ({
      apiVersion,
      kind,
      metadata: { name: 'a' },
      spec,
    })
    expect(replicasOf(object('apps/v1', 'Deployment', {}))).toBe(1)
    expect(replicasOf(object('apps/v1', 'StatefulSet', { replicas: 0 }))).toBe(0)
    expect(replicasOf(object('example.org/v1', 'Rollout', { replicas: 4 }))).toBe(4)
    expect(isScalable(object('example.org/v1', 'Rollout', {}))).toBe(false)
    expect(isScalable(object('apps/v1', 'DaemonSet', {}))).toBe(false)
    expect(isScalable(object('autoscaling/v2', 'HorizontalPodAutoscaler', { replicas: 4 }))).toBe(false)
  })
})
