import { expect, test } from 'vitest'
import type { AuditEntry } from '#contract'
import { auditCsv, auditMarkdown, orderEntries } from '#core'

const oid = (letter: string) => letter.repeat(40)
const commit = (at: string, subject: string, more: object = {}): AuditEntry => ({
  kind: 'commit',
  at,
  commit: {
    oid: oid('a'),
    parents: [],
    author: { name: 'Ada', email: 'ada@example.com' },
    authoredAt: at,
    committedAt: at,
    subject,
  },
  effect: 'changed',
  changes: [
    {
      key: { group: 'apps', kind: 'Deployment', namespace: 'shop', name: 'web' },
      kind: 'changed',
      words: ['image 1 -> 2', 'replicas 3 -> 5'],
    },
  ],
  ...more,
})
const sync = (at: string): AuditEntry => ({
  kind: 'sync',
  at,
  context: 'prod',
  record: {
    revision: oid('b'),
    renderedHash: 'h',
    who: 'ada@laptop',
    startedAt: at,
    result: 'failed',
    counts: { updated: 2, failed: 1 },
    message: 'web did not become healthy',
  },
})

test('entries are ordered by moment, whatever the offset, and chosen by days of UTC', () => {
  const entries = [
    commit('2026-11-22T23:30:00-02:00', 'late in the west'),
    sync('2026-11-23T01:00:00Z'),
    commit('2026-11-23T01:00:00Z', 'with its sync'),
    commit('2026-11-24T00:30:00+01:00', 'early in the east'),
  ]
  const told = (range: { readonly since?: string; readonly until?: string }) =>
    orderEntries(entries, range).map((entry) => (entry.kind === 'sync' ? 'sync' : entry.commit.subject))
  expect(told({})).toEqual(['early in the east', 'late in the west', 'sync', 'with its sync'])
  expect(told({ since: '2026-11-23', until: '2026-11-23' })).toHaveLength(4)
  expect(told({ since: '2026-11-24' })).toEqual([])
  expect(told({ until: '2026-11-22' })).toEqual([])
})

test('CSV quotes what it must, and no cell is a formula', () => {
  const lines = auditCsv({
    entries: [commit('2026-11-23T01:00:00Z', '=HYPERLINK("x"), "quoted"', { action: 'scale' }), sync('x')],
  }).split('\r\n')
  expect(lines).toEqual([
    'at,who,what,revision,subject,changes',
    `2026-11-23T01:00:00Z,Ada <ada@example.com>,scale,${oid('a')},"'=HYPERLINK(""x""), ""quoted""","Deployment/web: image 1 -> 2, replicas 3 -> 5"`,
    `x,ada@laptop,sync failed,${oid('b')},prod: web did not become healthy,"2 updated, 1 failed"`,
    '',
  ])
})

test('Markdown is one table whose cells hold no markup of others, with what could not be read above it', () => {
  const text = auditMarkdown({
    app: 'web',
    entries: [commit('2026-11-23T01:00:00Z', 'a | b <script>\n[x](y)', { effect: 'unknown', changes: [] })],
    problems: [{ code: 'KUBE_UNREACHABLE', message: 'the cluster is away' }],
    more: true,
  })
  expect(text).toBe(
    [
      '# Who changed web',
      '',
      '- KUBE_UNREACHABLE: the cluster is away',
      '- Older commits are left out.',
      '',
      '| when | who | what | revision | subject | changes |',
      '| --- | --- | --- | --- | --- | --- |',
      String.raw`| 2026-11-23T01:00:00Z | Ada \<ada@example.com\> | commit | aaaaaaa | a \| b \<script\> \[x\](y) | does not render |`,
      '',
    ].join('\n'),
  )
})
