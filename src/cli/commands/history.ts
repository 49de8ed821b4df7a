import type { AuditEntry, AuditRequest } from '#contract'
import { Exit } from '../exit.ts'
import type { Output } from '../output.ts'
import { table } from '../output.ts'
import type { Session } from '../session.ts'

export type HistoryFlags = Omit<AuditRequest, 'appId'> & { readonly format?: 'markdown' | 'csv' | 'json' }

/** `history APP`: who changed what when, commits and syncs in one list; `--format` prints a report. */
export async function history(
  session: Session,
  out: Output,
  appName: string | undefined,
  { format, ...range }: HistoryFlags,
): Promise<void> {
  const { id: appId } = await session.app(appName)
  const request = { appId, ...range }
  if (format !== undefined) {
    const { text } = await session.client.call('audit.export', { request, format })
    out.value(format === 'json' ? (JSON.parse(text) as unknown) : text)
    out.line(text.trimEnd())
    return
  }
  const audit = await session.client.call('audit.read', request)
  out.value(audit)
  out.line(table(audit.entries.map((entry) => cells(entry, out))))
  if (audit.more) out.line(out.paint('dim', 'Older commits are left out (--limit).'))
  for (const { code, message } of audit.problems) out.line(out.paint('red', `${code}: ${message}`))
  // A report with a gap is no answer to a script.
  if (audit.problems.length > 0) throw new Exit(2)
}

function cells(entry: AuditEntry, out: Output): readonly string[] {
  const at = entry.at.slice(0, 16).replace('T', ' ')
  if (entry.kind === 'sync') {
    const { revision, who, result, counts } = entry.record
    const words = Object.entries(counts).map(([word, count]) => `${count} ${word}`)
    const tone = result === 'failed' ? 'red' : 'green'
    return [at, revision.slice(0, 7), who, out.paint(tone, `sync ${result}`), words.join(', ')]
  }
  const { commit, action, changes } = entry
  const words = changes.map(({ key, words: what }) => `${key.name}: ${what.join(', ')}`)
  return [
    at,
    commit.oid.slice(0, 7),
    commit.author.name,
    action ?? 'commit',
    [commit.subject, ...words].join('; '),
  ]
}
