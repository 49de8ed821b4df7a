import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { kindNamed, kinds } from '../../src/demo/cluster/kinds.ts'
import { openLogFile } from '../../src/demo/cluster/log-file.ts'
import { createStore } from '../../src/demo/cluster/store.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'wheelhouse-store-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

function open(limits = { bytes: 2_000, changes: 10 }) {
  const log = openLogFile(join(dir, 'state.jsonl'), limits)
  const store = createStore(log, (object) => kindNamed(String(object['apiVersion']), String(object['kind'])))
  return { log, store }
}
const configMap = (name: string, text: string) => ({ metadata: { name, namespace: 'n' }, data: { text } })

it('a long log is written anew, and what it holds stays the same', () => {
  const { log, store } = open()
  store.put(kinds.ConfigMap, configMap('old', 'as it was'))
  const gone = store.put(kinds.ConfigMap, configMap('gone', ''))
  store.remove(kinds.ConfigMap, gone)
  for (let turn = 0; turn < 200; turn += 1) store.put(kinds.ConfigMap, configMap('busy', `turn ${turn}`))
  const [version, objects] = [store.version(), store.list(kinds.ConfigMap)]
  log.close()
  expect(statSync(join(dir, 'state.jsonl')).size).toBeLessThan(6_000)

  const again = open()
  expect(again.store.version()).toBe(version)
  expect(again.store.list(kinds.ConfigMap)).toEqual(objects)
  // What the compaction took away cannot be resumed from; what came after can.
  expect(again.store.forgotten()).toBeGreaterThan(3)
  const from = again.store.forgotten()
  expect(again.store.since(from).map((event) => event.version)).toEqual(
    Array.from({ length: version - from }, (_, index) => from + 1 + index),
  )
  again.log.close()
})

it('tells every listener of each change after it is on disk', () => {
  const { log, store } = open()
  const heard: string[] = []
  const stop = store.onEvent(({ type, object, before }) => {
    expect(readFileSync(join(dir, 'state.jsonl'), 'utf8')).toContain(JSON.stringify(object))
    heard.push(`${type} ${before === undefined ? 'new' : 'known'}`)
  })
  const made = store.put(kinds.ConfigMap, configMap('a', '1'))
  store.put(kinds.ConfigMap, { ...made, data: { text: '2' } })
  store.remove(kinds.ConfigMap, made)
  stop()
  store.put(kinds.ConfigMap, configMap('b', '1'))
  expect(heard).toEqual(['ADDED new', 'MODIFIED known', 'DELETED known'])
  log.close()
})
