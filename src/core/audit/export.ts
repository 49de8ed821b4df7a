import type { Audit, AuditEntry } from '#contract'

type Line = {
  readonly at: string
  readonly who: string
  readonly what: string
  readonly revision: string
  readonly subject: string
  readonly changes: string
}

function lineOf(entry: AuditEntry): Line {
  if (entry.kind === 'sync') {
    const { record, at, context } = entry
    const counts = Object.entries(record.counts).map(([word, count]) => `${count} ${word}`)
    return {
      at: utc(at),
      who: record.who,
      what: `sync ${record.result}`,
      revision: record.revision,
      subject: `${context}${record.message === undefined ? '' : `: ${record.message}`}`,
      changes: counts.join(', '),
    }
  }
  const { commit, action, effect, changes, at } = entry
  const words = changes.map(({ key, words: what }) => `${key.kind}/${key.name}: ${what.join(', ')}`)
  return {
    at: utc(at),
    who: `${commit.author.name} <${commit.author.email}>`,
    what: action ?? 'commit',
    revision: commit.oid,
    subject: commit.subject,
    changes: effect === 'unknown' ? 'does not render' : words.join('; '),
  }
}

const columns = ['at', 'who', 'what', 'revision', 'subject', 'changes'] as const

/** RFC 4180, with a header. A cell that a spreadsheet would take for a formula is made text. */
export function auditCsv({ entries }: Pick<Audit, 'entries'>): string {
  const rows = entries.map((entry) => {
    const line = lineOf(entry)
    return columns.map((column) => cell(line[column])).join(',')
  })
  return `${[columns.join(','), ...rows].join('\r\n')}\r\n`
}

function cell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** One table, and what could not be read above it. */
export function auditMarkdown({ app, entries, problems, more }: Audit): string {
  const rows = entries.map((entry) => {
    const { at, who, what, revision, subject, changes } = lineOf(entry)
    const cells = [at, who, what, revision.slice(0, 7), subject, changes]
    return `| ${cells.map(escaped).join(' | ')} |`
  })
  const notes = [
    ...problems.map(({ code, message }) => `- ${code}: ${message}`),
    ...(more ? ['- Older commits are left out.'] : []),
  ]
  const table = [
    '| when | who | what | revision | subject | changes |',
    '| --- | --- | --- | --- | --- | --- |',
  ]
  return [
    `# Who changed ${app}`,
    ...(notes.length === 0 ? [] : [notes.join('\n')]),
    [...table, ...rows].join('\n'),
  ]
    .join('\n\n')
    .concat('\n')
}

/** Subjects are other people's text: no markup of theirs is to run in a report. */
function escaped(text: string): string {
  return text.replace(/[\\|<>[\]`*_]/g, String.raw`\$&`).replace(/\s+/g, ' ')
}

function utc(at: string): string {
  const time = Date.parse(at)
  return Number.isNaN(time) ? at : new Date(time).toISOString().replace('.000Z', 'Z')
}
