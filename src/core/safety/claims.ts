import type { SafetyReason } from '#contract'
import { at, canonical, displayKey, quantityOf } from '../manifest/index.ts'
import { unread } from './live.ts'
import type { SafetyInput } from './report.ts'

/** A volume never shrinks (core validation, `field can not be less than previous value`). */
export function claimReasons({ after, live }: Pick<SafetyInput, 'after' | 'live'>): readonly SafetyReason[] {
  return after
    .filter(({ key }) => key.kind === 'PersistentVolumeClaim' && key.group === '')
    .flatMap(({ key, object }): readonly SafetyReason[] => {
      const wanted = at(object, 'spec', 'resources', 'requests', 'storage')
      if (wanted === undefined) return []
      const found = live(key)
      if (found.state === 'unknown') return [unread(key, 'its size', found.why)]
      if (found.state === 'absent') return []
      const has = at(found.object, 'spec', 'resources', 'requests', 'storage')
      const [less, more] = [quantityOf(wanted), quantityOf(has)]
      if (less === undefined || more === undefined || less >= more) return []
      const words = `${displayKey(key)} would shrink from ${canonical(has)} to ${canonical(wanted)}: the server refuses it.`
      return [{ code: 'PVC_SHRINKS', level: 'danger', key, words }]
    })
}
