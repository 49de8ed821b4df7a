import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { createKube } from '../../../src/engine/kube/index.ts'
import { run } from '../../../src/engine/process/index.ts'
import { startControlPlane } from '../../control-plane/start.ts'
import type { ControlPlane } from '../../control-plane/start.ts'
import { kubeContract } from './contract.ts'
import type { ContractUser } from './contract.ts'
import { failureOf, kubeconfig, kubeRoom } from './kube-room.ts'

/** A control plane of our own, since we stop its API server; with a cluster that was given from outside, that one, left as it is. */
let own: ControlPlane | undefined

beforeAll(async () => {
  if (inject('cluster').dir !== '') own = await startControlPlane(inject('cluster').binary)
})
afterAll(async () => {
  await own?.stop()
})

const fileOf = (user: ContractUser) =>
  own?.kubeconfig(user) ?? (user === 'admin' ? inject('cluster').kubeconfig : undefined)

kubeContract('the control plane', () => ({
  kubeconfig: fileOf,
  context: own === undefined ? currentContext(inject('cluster').kubeconfig) : 'test',
  ...(own === undefined ? {} : { outage: { stop: own.stopApiServer, start: own.startApiServer } }),
}))

function currentContext(file: string): string {
  return /current-context: *"?([^"\n]+)/.exec(readFileSync(file, 'utf8'))?.[1] ?? ''
}

describe('only on a real control plane', () => {
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
    const room = kubeRoom()
    const kube = createKube({
      env: { KUBECONFIG: fileOf('admin') ?? '' },
      home: room.dir,
      settings: () => ({ kubeconfigs: [] }),
      run,
      now: Date.now,
    })
    try {
      const [context] = (await kube.contexts()).contexts
      const cluster = await kube.connect(context?.name ?? '')
      const kind = { group: 'kube.wheelhouse.test', kind: 'Widget' }
      expect(await failureOf(cluster.list(kind))).toMatchObject({ code: 'KUBE_UNKNOWN_KIND' })
      const crd = { group: 'apiextensions.k8s.io', kind: 'CustomResourceDefinition' }
      const established = new Promise<void>((resolve) => {
        cluster.watch(crd, { fieldSelector: `metadata.name=${widgets.metadata.name}` }, (event) => {
          if (event.type === 'upsert' && JSON.stringify(event.object).includes('"type":"Established"'))
            resolve()
        })
      })
      await cluster.patchApply(widgets)
      await established
      await cluster.discovery({ fresh: true })
      expect(await cluster.resourceOf(kind)).toMatchObject({ plural: 'widgets', namespaced: true })
      expect((await cluster.list(kind)).items).toEqual([])
      await cluster.delete({ ...crd, namespace: '', name: widgets.metadata.name })
    } finally {
      await kube.close()
      await room.clear()
    }
  })

  it('a token that was taken back is refused as a failure to sign in', async (context) => {
    if (own === undefined) return context.skip('the tokens are not ours')
    const room = kubeRoom()
    const caData = readFileSync(own.caFile).toString('base64')
    const cluster = { 'certificate-authority-data': caData }
    room.file('config', kubeconfig(own.server, { user: { token: 'no-longer-known' }, cluster }))
    try {
      expect(await failureOf(room.kube().connect('test'))).toMatchObject({
        code: 'KUBE_UNAUTHORIZED',
        action: 'sign-in',
      })
    } finally {
      await room.clear()
    }
  })
})
