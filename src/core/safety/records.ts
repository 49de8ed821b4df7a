import type { SafetyReason } from '#contract'
import { spellDuration } from '../timeline/index.ts'
import type { SafetyInput } from './report.ts'

/** Whether exactly these manifests were synced before, and how that went: by the hash of the render, not by the commit. */
export function recordReasons({ records, renderedHash, context, now }: SafetyInput): readonly SafetyReason[] {
  if (renderedHash === undefined) return []
  if ('unread' in records)
    return [
      {
        code: 'NOT_READ',
        level: 'unknown',
        words: `The sync records could not be looked at: ${records.unread}`,
      },
    ]
  const ordered = records.toSorted((a, b) => Date.parse(a.startedAt) - Date.parse(b.startedAt))
  const healthy = ordered.flatMap((record, index) => {
    if (record.renderedHash !== renderedHash || record.healthyAt === undefined) return []
    return [{ from: record.healthyAt, to: ordered[index + 1]?.startedAt ?? now }]
  })
  const last = healthy.at(-1)
  if (last !== undefined) {
    const ms = Date.parse(last.to) - Date.parse(last.from)
    const time = ms < 60_000 ? 'less than a minute' : spellDuration(ms)
    const words = `Exactly this ran healthy on ${context} for ${time}, ${span(minute(last.from), minute(last.to))} UTC.`
    return [{ code: 'RAN_HEALTHY', level: 'note', words }]
  }
  if (records.some((record) => record.renderedHash === renderedHash && record.result === 'succeeded'))
    return [
      {
        code: 'NEVER_SYNCED',
        level: 'caution',
        words: `Exactly this was synced to ${context} before, and not seen healthy.`,
      },
    ]
  return [
    {
      code: 'NEVER_SYNCED',
      level: 'caution',
      words: `Exactly this was never synced to ${context}, as far as its ${records.length} records go.`,
    },
  ]
}

/** What both ends share is said once. */
function span(from: string, to: string): string {
  if (from === to) return `at ${from}`
  const [day = ''] = from.split(' ')
  return `from ${from} to ${to.startsWith(`${day} `) ? to.slice(day.length + 1) : to}`
}

function minute(at: string): string {
  return new Date(at).toISOString().slice(0, 16).replace('T', ' ')
}
