import { redactText, redactValue } from './redact-log.ts'

export type LogEntry = {
  readonly level: 'info' | 'warn' | 'error'
  readonly message: string
  /** Call id, app, object, durationMs …; an Error is written with its code, stack and causes. */
  readonly [field: string]: unknown
}
export type Logger = (entry: LogEntry) => void

/**
 * JSON lines, one per entry, with the time first. Secrets have no business in an entry; what looks like one is masked all the same, as the
 * last defence. Never throws: a log must not be the reason why work fails.
 */
export function createLogger(ports: {
  readonly write: (line: string) => void
  readonly now: () => Date
}): Logger {
  return (entry) => {
    const { level, message, ...fields } = entry
    ports.write(`${toLine({ at: ports.now().toISOString(), level, message, ...fields })}\n`)
  }
}

function toLine(entry: Readonly<Record<string, unknown>>): string {
  try {
    return JSON.stringify(redactValue(entry))
  } catch (error) {
    const why = error instanceof Error ? error.message : 'unknown'
    return JSON.stringify({ ...pick(entry), unwritable: redactText(why) })
  }
}

function pick(entry: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return { at: entry['at'], level: entry['level'], message: redactText(String(entry['message'])) }
}
