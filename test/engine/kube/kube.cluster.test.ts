import { readFileSync } from 'node:fs'
import { load } from 'js-yaml'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sharedControlPlane } from '../../control-plane/shared.ts'
import { kubeContract } from './contract.ts'
import { failureOf, kubeRoom } from './kube-room.ts'
import type { Room } from './kube-room.ts'

kubeContract('the control plane', () => ({
  kubeconfig: (user) => sharedControlPlane().kubeconfigFor(user),
  context: contextOf(sharedControlPlane().kubeconfig),
}))

type Config = {
  readonly users: readonly { readonly name: string; readonly user: unknown }[]
  readonly 'current-context': string
}
const read = (file: string) => load(readFileSync(file, 'utf8')) as Config
const contextOf = (file: string) => read(file)['current-context']

describe('only on a real control plane', () => {
  let room: Room
  beforeEach(() => {
    room = kubeRoom()
  })
  afterEach(() => room.clear())

  const widgets = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'widgets.kube.wheelhouse.test' },
    spec: {
      group: 'kube.wheelhouse.test',
      scope: 'Namespaced',
      names: { plural: 'widgets', singular: 'widget', kind: 'Widget', listKind: 'WidgetList' },
      versions: [
        { name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } },
      ],
    },
  }

  it('kinds of a CRD are found after it was made, without a restart', async () => {
    const { kubeconfig } = sharedControlPlane()
    const cluster = await room.kube({ env: { KUBECONFIG: kubeconfig } }).connect(contextOf(kubeconfig))
    const kind = { group: 'kube.wheelhouse.test', kind: 'Widget' }
    const crd = { group: 'apiextensions.k8s.io', kind: 'CustomResourceDefinition' }
    expect(await failureOf(cluster.list(kind))).toMatchObject({ code: 'KUBE_UNKNOWN_KIND' })
    const heard = new Promise<void>((resolve) => {
      // The API server's own discovery lags behind `Established`: the group's document says when it is served.
      cluster.watch(crd, { fieldSelector: `metadata.name=${widgets.metadata.name}` }, (event) => {
        if (event.type === 'upsert' && isEstablished(event.object)) resolve()
      })
    })
    await cluster.patchApply(widgets)
    await heard
    await served(() => cluster.discovery({ fresh: true }), kind)
    expect(await cluster.resourceOf(kind)).toMatchObject({ plural: 'widgets', namespaced: true })
    expect((await cluster.list(kind)).items).toEqual([])
    await cluster.delete({ ...crd, namespace: '', name: widgets.metadata.name })
  })

  it('a token that was taken back is refused as a failure to sign in', async () => {
    const config = read(sharedControlPlane().kubeconfig)
    room.file('config', {
      ...config,
      users: config.users.map(({ name }) => ({ name, user: { token: 'over' } })),
    })
    const failure = await failureOf(room.kube().connect(config['current-context']))
    expect(failure).toMatchObject({ code: 'KUBE_UNAUTHORIZED', action: 'sign-in' })
  })
})

function isEstablished(object: Readonly<Record<string, unknown>>): boolean {
  const conditions = Reflect.get(Object(object['status']), 'conditions') as
    readonly { readonly type: string; readonly status: string }[] | undefined
  return conditions?.some(({ type, status }) => type === 'Established' && status === 'True') ?? false
}

/** Asks again until the group is served: discovery has no event to wait for. */
async function served(
  read: () => Promise<{ readonly resources: readonly { readonly group: string; readonly kind: string }[] }>,
  wanted: { readonly group: string; readonly kind: string },
): Promise<void> {
  for (let tries = 0; tries < 500; tries += 1) {
    const { resources } = await read()
    if (resources.some(({ group, kind }) => group === wanted.group && kind === wanted.kind)) return
  }
  throw new Error(`${wanted.kind} was never served.`)
}
