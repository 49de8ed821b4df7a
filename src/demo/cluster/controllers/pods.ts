import { createHash } from 'node:crypto'
import { at, numberAt, stringAt } from '#core'
import type { JsonObject } from '#core'
import { toTime } from '../clock.ts'
import { kinds } from '../kinds.ts'
import { finalizersOf, isGoing, nameOf, namespaceOf, uidOf } from '../object.ts'
import type { Stored } from '../object.ts'
import { writeOwnStatus } from '../own-write.ts'
import { objects } from '../pod-defaults.ts'
import { createQueue, keyOf, partsOf } from '../queue.ts'
import type { Queue } from '../queue.ts'
import type { World } from '../world.ts'
import type { Pace } from './container.ts'
import { advanceLife, endedStatus, newLife, nextDue, statusOf } from './pod-life.ts'
import type { PodLife } from './pod-life.ts'

const nodes = ['demo-node-1', 'demo-node-2', 'demo-node-3']

type Walk = { readonly uid: string; life: PodLife | undefined; stop: () => void; going: boolean }

/** Scheduler and kubelets in one: binds each pod to a node and walks it through its life. */
export function startPods(world: World, pace: Pace): Queue {
  const { store, clock } = world
  const walks = new Map<string, Walk>()
  const queue = createQueue(world, 'pods', (key) => {
    const { namespace, name } = partsOf(key)
    const pod = store.get(kinds.Pod, namespace, name)
    const walk = walks.get(key)
    if (walk !== undefined && (pod === undefined || walk.uid !== uidOf(pod))) {
      walk.stop()
      walks.delete(key)
    }
    if (pod !== undefined) see(key, pod)
  })

  function see(key: string, pod: Stored): void {
    if (isGoing(pod)) return end(key, pod)
    if (stringAt(pod, 'spec', 'nodeName') === undefined) return bind(world, pod)
    const over = ['Succeeded', 'Failed'].includes(stringAt(pod, 'status', 'phase') ?? '')
    if (over || walks.has(key)) return
    const walk: Walk = {
      uid: uidOf(pod),
      life: newLife(pod, pace, clock.now()),
      stop: () => undefined,
      going: false,
    }
    walks.set(key, walk)
    step(key, walk, pod)
  }
  /** Writes where the pod is and waits for what happens next. */
  function step(key: string, walk: Walk, pod: Stored): void {
    if (walk.life === undefined) return
    const now = clock.now()
    const status = { ...addressOf(pod, now), ...statusOf(walk.life, pod, now) }
    writeOwnStatus(world, kinds.Pod, pod, { manager: 'kubelet', status, owns: ofKubelet(status) })
    const due = nextDue(walk.life)
    if (due === undefined) return
    walk.stop = clock.after(due - now, () => {
      const { namespace, name } = partsOf(key)
      const current = store.get(kinds.Pod, namespace, name)
      if (current === undefined || uidOf(current) !== walk.uid || walk.life === undefined || walk.going)
        return
      walk.life = advanceLife(walk.life, clock.now())
      step(key, walk, current)
    })
  }
  /** Ends the containers within the grace period, then the pod goes. */
  function end(key: string, pod: Stored): void {
    const walk = walks.get(key) ?? { uid: uidOf(pod), life: undefined, stop: () => undefined, going: false }
    walks.set(key, walk)
    if (walk.going) return
    walk.going = true
    walk.stop()
    const graceMs = (numberAt(pod, 'metadata', 'deletionGracePeriodSeconds') ?? 0) * 1000
    const stubborn = objects(at(pod, 'spec', 'containers')).some(({ image }) =>
      String(image).includes('stubborn'),
    )
    walk.stop = clock.after(stubborn ? graceMs : Math.min(graceMs, pace.stop()), () => {
      const current = store.get(kinds.Pod, namespaceOf(pod), nameOf(pod))
      if (current === undefined || uidOf(current) !== walk.uid) return
      const over = ['Succeeded', 'Failed'].includes(stringAt(current, 'status', 'phase') ?? '')
      const status = over ? (current['status'] as JsonObject) : endedStatus(current, clock.now())
      const last = writeOwnStatus(world, kinds.Pod, current, {
        manager: 'kubelet',
        status,
        owns: ofKubelet(status),
      })
      if (finalizersOf(last).length === 0) store.remove(kinds.Pod, last)
      else walk.going = false
    })
  }

  store.onEvent(({ kind, object }) => {
    if (kind === kinds.Pod) queue.add(keyOf(namespaceOf(object), nameOf(object)))
  })
  for (const pod of store.list(kinds.Pod)) queue.add(keyOf(namespaceOf(pod), nameOf(pod)))
  return {
    ...queue,
    close: () => {
      queue.close()
      for (const walk of walks.values()) walk.stop()
    },
  }
}

function bind(world: World, pod: Stored): void {
  const loads = new Map(nodes.map((node) => [node, 0]))
  for (const one of world.store.list(kinds.Pod)) {
    const node = stringAt(one, 'spec', 'nodeName')
    if (node !== undefined) loads.set(node, (loads.get(node) ?? 0) + 1)
  }
  const [nodeName] = [...loads].toSorted(([, a], [, b]) => a - b)[0] ?? ['demo-node-1']
  const scheduled = {
    type: 'PodScheduled',
    status: 'True',
    lastProbeTime: null,
    lastTransitionTime: toTime(world.clock.now()),
  }
  writeOwnStatus(world, kinds.Pod, pod, {
    manager: 'kube-scheduler',
    status: { ...(pod['status'] as JsonObject), conditions: [scheduled] },
    spec: { nodeName },
    owns: {},
  })
}

/** Scheduling and quality of service are others' fields. */
function ofKubelet({ qosClass: _qosClass, conditions, ...rest }: JsonObject): JsonObject {
  const all = Array.isArray(conditions) ? conditions : []
  return { ...rest, conditions: all.filter((one) => stringAt(one, 'type') !== 'PodScheduled') }
}

/** The same pod always has the same address; `was` it once, it stays. */
function addressOf(pod: Stored, now: number): JsonObject {
  const was = stringAt(pod, 'status', 'podIP')
  if (was !== undefined) return {}
  const hash = createHash('sha256').update(uidOf(pod)).digest()
  const podIP = `10.2.${hash.readUInt8(0)}.${(hash.readUInt8(1) % 254) + 1}`
  return { podIP, podIPs: [{ ip: podIP }], startTime: toTime(now) }
}
