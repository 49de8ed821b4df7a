import { describe, expect, it } from 'vitest'
import { leaseMs, lockUntil, takeLock } from '../../../src/engine/sync/lock.ts'
import {
  applySetId,
  hintAnnotations,
  hintsOf,
  joinHints,
  readHints,
} from '../../../src/engine/sync/parent.ts'
import { lastSyncedOf, readRecords, writeRecord } from '../../../src/engine/sync/records.ts'
import type { StoredRecord } from '../../../src/engine/sync/records.ts'
import { takeOverPatch } from '../../../src/engine/sync/take-over.ts'

describe('the ApplySet', () => {
  it.each([
    [
      { name: 'my-set', namespace: 'test', kind: 'Secret', group: '' },
      'applyset-0eFHV8ySqp7XoShsGvyWFQD3s96yqwHmzc4e0HR1dsY-v1',
    ],
    [
      { name: 'my-set', namespace: '', kind: 'ApplySet', group: 'company.com' },
      'applyset-rhp1a-HVAVT_dFgyEygyA1BEB82HPp2o10UiFTpqtAs-v1',
    ],
  ])('has the id that kubectl computes', (parent, id) => {
    expect(applySetId(parent)).toBe(id)
  })

  it('says where members are as kubectl does, and reads it back', () => {
    const hints = hintsOf(
      [
        { group: 'apps', kind: 'Deployment', namespace: 'shop', name: 'a' },
        { group: '', kind: 'ConfigMap', namespace: 'other', name: 'b' },
        { group: '', kind: 'Namespace', namespace: '', name: 'c' },
      ],
      'shop',
    )
    const annotations = hintAnnotations(hints)
    expect(annotations).toEqual({
      'applyset.kubernetes.io/contains-group-kinds': 'ConfigMap,Deployment.apps,Namespace',
      'applyset.kubernetes.io/additional-namespaces': 'other',
    })
    const back = readHints({ metadata: { annotations } })
    expect(hintAnnotations(joinHints(back, hints))).toEqual(annotations)
    expect(hintAnnotations(readHints(undefined))).toEqual({
      'applyset.kubernetes.io/contains-group-kinds': '',
      'applyset.kubernetes.io/additional-namespaces': '',
    })
  })
})

describe('the lock', () => {
  const at = (now: number) => ({ now: () => now, after: () => () => undefined })
  const wanted = { operationId: 'mine', holder: 'ada@desk', revision: 'a'.repeat(40) }

  it('is refused while another operation holds it, and taken over once it ran out', () => {
    const theirs = takeLock(undefined, { ...wanted, operationId: 'theirs' }, at(1_000))
    expect(lockUntil(theirs)).toBe(1_000 + leaseMs)
    expect(() => takeLock(theirs, wanted, at(leaseMs))).toThrow('the lock runs out in 1 s')
    expect(takeLock(theirs, wanted, at(1_001 + leaseMs)).operationId).toBe('mine')
  })

  it('is taken up again by its own operation', () => {
    const first = takeLock(undefined, wanted, at(1_000))
    expect(takeLock(first, wanted, at(2_000))).toMatchObject({
      startedAt: first.startedAt,
      renewedAt: new Date(2_000).toISOString(),
    })
  })
})

describe('sync records', () => {
  const record = (operationId: string, more: Partial<StoredRecord> = {}): StoredRecord => ({
    operationId,
    revision: 'a'.repeat(40),
    renderedHash: 'h',
    who: 'ada@desk',
    startedAt: '2026-01-01T00:00:00Z',
    result: 'running',
    counts: {},
    ...more,
  })

  it('keep the newest twenty, one for each operation', () => {
    let data: Readonly<Record<string, string>> = {}
    for (let index = 0; index < 25; index++) data = writeRecord({ data }, record(`op-${index}`))
    data = writeRecord({ data }, record('op-24', { result: 'succeeded' }))
    const records = readRecords({ data })
    expect(records).toHaveLength(20)
    expect(records[0]).toMatchObject({ operationId: 'op-24', result: 'succeeded' })
    expect(records.at(-1)?.operationId).toBe('op-5')
  })

  it('are as good as empty when somebody broke them', () => {
    expect(readRecords({ data: { 'sync-records': '{' } })).toEqual([])
    expect(readRecords({ data: { 'sync-records': '[{"revision":1}]' } })).toEqual([])
  })

  it('tell what runs: the newest revision of which everything was applied', () => {
    const applied = record('two', { revision: 'b'.repeat(40), result: 'failed', counts: { complete: 1 } })
    const broken = record('three', { revision: 'c'.repeat(40), result: 'failed' })
    expect(lastSyncedOf([broken, applied, record('one', { result: 'succeeded' })])).toBe('b'.repeat(40))
  })
})

describe('taking over what client-side apply made', () => {
  const entry = (manager: string, operation: string, fieldsV1: object, more: object = {}) => ({
    manager,
    operation,
    apiVersion: 'v1',
    fieldsType: 'FieldsV1',
    fieldsV1,
    ...more,
  })
  const note = { 'kubectl.kubernetes.io/last-applied-configuration': '{}' }

  it('unites its fields with ours, leaves the others and drops the copy, guarded by resourceVersion', () => {
    const live = {
      metadata: {
        resourceVersion: '7',
        annotations: note,
        managedFields: [
          entry('wheelhouse', 'Apply', { 'f:data': { 'f:a': {} } }),
          entry('kubectl-client-side-apply', 'Update', { 'f:data': { 'f:b': {} } }),
          entry('kubectl', 'Update', { 'f:spec': { 'f:replicas': {} } }, { subresource: 'scale' }),
        ],
      },
    }
    const patch = takeOverPatch(live, 'v1')
    expect(patch[0]?.value).toMatchObject([
      { manager: 'wheelhouse', operation: 'Apply', fieldsV1: { 'f:data': { 'f:a': {}, 'f:b': {} } } },
      { manager: 'kubectl', subresource: 'scale' },
    ])
    expect(patch.slice(1)).toEqual([
      { op: 'replace', path: '/metadata/resourceVersion', value: '7' },
      { op: 'remove', path: '/metadata/annotations/kubectl.kubernetes.io~1last-applied-configuration' },
    ])
  })

  it('is nothing where kubectl never was', () => {
    expect(takeOverPatch({ metadata: { managedFields: [entry('wheelhouse', 'Apply', {})] } }, 'v1')).toEqual(
      [],
    )
  })
})
