import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createKube } from '../../../src/engine/kube/index.ts'
import type { Cluster, Kube } from '../../../src/engine/kube/index.ts'
import { run } from '../../../src/engine/process/index.ts'
import { heardEvents, nameOf } from './heard-events.ts'
import { failureOf } from './kube-room.ts'

export type ContractUser = 'admin' | 'viewer' | 'namespace-only' | 'outsider'

/** How a suite reaches the cluster that it checks. */
export type ContractTarget = {
  /** Path of a kubeconfig whose current context signs in as this user; undefined = the cluster has no such user. */
  readonly kubeconfig: (user: ContractUser) => string | undefined
  readonly context: string
}

type Json = Readonly<Record<string, unknown>>

/** What the engine relies on in a cluster: run against the real control plane and against the simulated one, which is wrong where they differ. */
export function kubeContract(name: string, target: () => ContractTarget): void {
  describe(`${name} as a cluster`, () => {
    const namespace = `contract-${randomBytes(3).toString('hex')}`
    const open: Kube[] = []
    let admin: Cluster

    function kubeOf(user: ContractUser): Kube | undefined {
      const file = target().kubeconfig(user)
      if (file === undefined) return undefined
      const kube = createKube({
        env: { PATH: process.env.PATH ?? '', KUBECONFIG: file },
        home: '/nonexistent',
        settings: () => ({ kubeconfigs: [] }),
        run,
        now: Date.now,
      })
      open.push(kube)
      return kube
    }
    async function as(user: ContractUser): Promise<Cluster | undefined> {
      return await kubeOf(user)?.connect(target().context)
    }
    const key = (kind: string, object: string, group = '') => ({ group, kind, namespace, name: object })
    const configMap = (object: string, data: Record<string, string> = { a: '1' }, labels?: Json): Json => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: object, namespace, ...(labels === undefined ? {} : { labels }) },
      data,
    })

    beforeAll(async () => {
      const connected = await as('admin')
      if (connected === undefined) throw new Error('The contract needs an admin.')
      admin = connected
      await admin.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
    })
    afterAll(async () => {
      await admin.delete({ group: '', kind: 'Namespace', namespace: '', name: namespace })
      await Promise.all(open.map((kube) => kube.close()))
    })

    it('is known by the UID of kube-system and says its version', async () => {
      const found = await admin.get({ group: '', kind: 'Namespace', namespace: '', name: 'kube-system' })
      expect(Reflect.get(Object(found?.['metadata']), 'uid')).toBe(admin.uid)
      expect(admin.weakIdentity).toBe(false)
      expect(admin.version).toMatch(/^v1\.\d+/)
    })

    it('names its kinds: scope, plural, preferred version', async () => {
      expect(await admin.resourceOf({ group: 'apps', kind: 'Deployment' })).toMatchObject({
        version: 'v1',
        plural: 'deployments',
        namespaced: true,
      })
      expect(await admin.resourceOf({ group: '', kind: 'Namespace' })).toMatchObject({ namespaced: false })
      expect(await admin.resourceOf({ group: 'nobody.test', kind: 'Widget' })).toBeUndefined()
      expect((await admin.discovery()).failedGroups).toEqual([])
    })

    it('creates by apply, answers without a change to the same apply, and gives back what it keeps', async () => {
      const created = await admin.patchApply(configMap('applied'))
      const again = await admin.patchApply(configMap('applied'))
      expect(versionOf(again)).toBe(versionOf(created))
      expect(await admin.get(key('ConfigMap', 'applied'))).toMatchObject({ data: { a: '1' } })
      const entries = Reflect.get(Object(created['metadata']), 'managedFields') as Json[]
      expect(entries).toMatchObject([{ manager: 'wheelhouse', operation: 'Apply' }])
    })

    it('a dry run answers with the result and stores nothing', async () => {
      const planned = await admin.patchApply(configMap('planned'), { dryRun: true })
      expect(planned).toMatchObject({ data: { a: '1' } })
      expect(await admin.get(key('ConfigMap', 'planned'))).toBeUndefined()
    })

    it('a field that the manifest no longer declares goes away; those of others stay', async () => {
      await admin.patchApply(configMap('shared', { ours: '1', gone: '1' }))
      await admin.patchApply(configMap('shared', { theirs: '1' }), { fieldManager: 'another' })
      await admin.patchApply(configMap('shared', { ours: '2' }))
      expect(await admin.get(key('ConfigMap', 'shared'))).toMatchObject({ data: { ours: '2', theirs: '1' } })
      expect(Object(await admin.get(key('ConfigMap', 'shared')))).not.toHaveProperty('data.gone')
    })

    it('a contested field is a conflict that names field, manager and operation; force takes it', async () => {
      await admin.patchApply(configMap('contested', { a: '1' }))
      await admin.mergePatch(
        key('ConfigMap', 'contested'),
        { data: { a: '2' } },
        { fieldManager: 'kubectl-edit' },
      )
      await admin.patchApply(configMap('contested', { b: '1' }), { fieldManager: 'flux' })
      const failure = await failureOf(admin.patchApply(configMap('contested', { a: '3', b: '3' })))
      expect(failure.code).toBe('KUBE_CONFLICT')
      // The server gives them in no order.
      const causes = (failure.data['causes'] as Json[]).toSorted((a, b) =>
        String(a['field']).localeCompare(String(b['field'])),
      )
      expect(causes).toMatchObject([
        { field: '.data.a', manager: 'kubectl-edit', operation: 'Update', apiVersion: 'v1' },
        { field: '.data.b', manager: 'flux', operation: 'Apply' },
      ])
      const forced = await admin.patchApply(configMap('contested', { a: '3', b: '3' }), { force: true })
      expect(forced).toMatchObject({ data: { a: '3', b: '3' } })
    })

    it('a field that the kind has not is refused by its path', async () => {
      const failure = await failureOf(admin.patchApply({ ...configMap('odd'), nonsense: true }))
      expect(failure.code).toBe('KUBE_INVALID')
      expect(failure.message).toContain('nonsense')
    })

    it('creates once, replaces only what was read, and deletes only the object meant', async () => {
      const created = await admin.create(configMap('guarded'))
      expect(await failureOf(admin.create(configMap('guarded')))).toMatchObject({
        code: 'KUBE_CONFLICT',
        data: { reason: 'AlreadyExists' },
      })
      const resourceVersion = versionOf(created)
      await admin.replace(configMap('guarded', { a: '2' }), { resourceVersion })
      const stale = admin.replace(configMap('guarded', { a: '3' }), { resourceVersion })
      expect(await failureOf(stale)).toMatchObject({ code: 'KUBE_CONFLICT' })
      const uid = String(Reflect.get(Object(created['metadata']), 'uid'))
      const wrong = admin.delete(key('ConfigMap', 'guarded'), { uid: 'of-another' })
      expect(await failureOf(wrong)).toMatchObject({ code: 'KUBE_CONFLICT' })
      expect(await admin.delete(key('ConfigMap', 'guarded'), { uid, dryRun: true })).toBe('deleted')
      expect(await admin.delete(key('ConfigMap', 'guarded'), { uid })).toBe('deleted')
      expect(await admin.delete(key('ConfigMap', 'guarded'), { uid })).toBe('missing')
    })

    it('a JSON patch with a test that fails changes nothing', async () => {
      await admin.create(configMap('patched'))
      const patch = [
        { op: 'test', path: '/data/a', value: 'other' },
        { op: 'replace', path: '/data/a', value: '2' },
      ] as const
      expect(await failureOf(admin.jsonPatch(key('ConfigMap', 'patched'), patch))).toMatchObject({
        code: 'KUBE_INVALID',
      })
      expect(await admin.get(key('ConfigMap', 'patched'))).toMatchObject({ data: { a: '1' } })
    })

    it('lists more than a page of objects, once each, by label', async () => {
      const labels = { list: 'long' }
      const names = Array.from({ length: 510 }, (_, index) => `many-${index}`)
      for (let from = 0; from < names.length; from += 30)
        await Promise.all(names.slice(from, from + 30).map((one) => admin.create(configMap(one, {}, labels))))
      const { items } = await admin.list(
        { group: '', kind: 'ConfigMap' },
        { namespace, labelSelector: 'list=long' },
      )
      expect(items.map(nameOf).toSorted()).toEqual(names.toSorted())
      expect(items[0]).toMatchObject({ apiVersion: 'v1', kind: 'ConfigMap' })
    })

    it('a watch hears of what is made, changed and taken away', async () => {
      const heard = heardEvents()
      const scope = { namespace, labelSelector: 'watch=this' }
      const watch = admin.watch({ group: '', kind: 'ConfigMap' }, scope, heard.listener)
      await heard.until((one) => one.type === 'state' && one.state === 'live')
      await admin.create(configMap('seen', { a: '1' }, { watch: 'this' }))
      await heard.until((one) => one.type === 'upsert')
      await admin.mergePatch(key('ConfigMap', 'seen'), { data: { a: '2' } })
      await heard.until((one) => one.type === 'upsert', 2)
      await admin.delete(key('ConfigMap', 'seen'))
      expect(await heard.until((one) => one.type === 'delete')).toMatchObject({
        object: { data: { a: '2' } },
      })
      watch.close()
      expect(heard.words()).toEqual([
        'connecting',
        'reset ',
        'live',
        'upsert seen',
        'upsert seen',
        'delete seen',
      ])
    })

    it('serves the schema of a group-version', async () => {
      const document = await admin.openapi('apps/v1')
      expect(Object(document)).toHaveProperty(['components', 'schemas', 'io.k8s.api.apps.v1.Deployment'])
      expect(await admin.openapi('nobody.test/v1')).toBeUndefined()
    })

    it('a viewer reads, and may neither patch nor read Secrets; the questions say so beforehand', async (context) => {
      const viewer = await as('viewer')
      if (viewer === undefined) return context.skip('no such user')
      await admin.patchApply(configMap('to-read'))
      expect(await viewer.get(key('ConfigMap', 'to-read'))).toBeDefined()
      const patched = viewer.patchApply(configMap('to-read', { a: '2' }), { dryRun: true })
      expect(await failureOf(patched)).toMatchObject({ code: 'KUBE_FORBIDDEN' })
      const secrets = { group: '', kind: 'Secret' }
      expect(await failureOf(viewer.list(secrets, { namespace }))).toMatchObject({ code: 'KUBE_FORBIDDEN' })
      const heard = heardEvents()
      const watch = viewer.watch(secrets, { namespace }, heard.listener)
      const failed = await heard.until((one) => one.type === 'state' && one.state === 'failed')
      watch.close()
      expect(failed).toMatchObject({ failure: { code: 'KUBE_FORBIDDEN' } })
      const answers = await viewer.canI([
        { verb: 'list', group: '', resource: 'configmaps', namespace },
        { verb: 'patch', group: '', resource: 'configmaps', namespace },
        { verb: 'get', group: '', resource: 'secrets', namespace },
      ])
      expect(answers.map(({ answer }) => answer)).toEqual(['allowed', 'denied', 'denied'])
    })

    it('who may only use one namespace cannot list over all of them, and has a weak identity', async (context) => {
      const narrow = await as('namespace-only')
      if (narrow === undefined) return context.skip('no such user')
      expect(narrow.weakIdentity).toBe(true)
      const everywhere = narrow.list({ group: '', kind: 'ConfigMap' })
      expect(await failureOf(everywhere)).toMatchObject({ code: 'KUBE_FORBIDDEN' })
      expect((await narrow.list({ group: '', kind: 'ConfigMap' }, { namespace: 'team' })).items).toBeDefined()
    })

    it('an outsider may list nothing', async (context) => {
      const outsider = await as('outsider')
      if (outsider === undefined) return context.skip('no such user')
      const read = outsider.list({ group: '', kind: 'ConfigMap' }, { namespace })
      expect(await failureOf(read)).toMatchObject({ code: 'KUBE_FORBIDDEN' })
    })
  })
}

function versionOf(object: Json): string {
  return String(Reflect.get(Object(object['metadata']), 'resourceVersion'))
}
