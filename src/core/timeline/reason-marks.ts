import type { Mark, SafetyReason } from '#contract'

type Told = Pick<Mark, 'kind' | 'label'>

/** Reasons that the sync records give are told by the records' own marks. */
const marks: Readonly<Record<SafetyReason['code'], Told | undefined>> = {
  RAN_HEALTHY: undefined,
  NEVER_SYNCED: undefined,
  CRD_REMOVED: { kind: 'crd-removed', label: 'removes a CRD' },
  CRD_STORED_VERSION_DROPPED: { kind: 'crd-version-dropped', label: 'drops a stored version' },
  CRD_CHANGES: { kind: 'crd-changes', label: 'changes a CRD' },
  PVC_SHRINKS: { kind: 'claim-shrinks', label: 'shrinks a volume' },
  IMMUTABLE_FIELD: { kind: 'immutable-field', label: 'immutable field' },
  CONFIG_MISSING: { kind: 'config-missing', label: 'config missing' },
  IMAGE_UNSEEN: { kind: 'image-unseen', label: 'image not seen' },
  NOT_READ: { kind: 'unread', label: 'not read' },
}

const mostWords = 5

/** What returning would do, as marks: one of a kind, with the words of all its reasons. */
export function reasonMarks(reasons: readonly SafetyReason[]): readonly Mark[] {
  const byKind = new Map<Mark['kind'], { readonly mark: Told; readonly reasons: SafetyReason[] }>()
  for (const reason of reasons) {
    const mark = marks[reason.code]
    if (mark === undefined) continue
    const known = byKind.get(mark.kind)
    if (known === undefined) byKind.set(mark.kind, { mark, reasons: [reason] })
    else known.reasons.push(reason)
  }
  return [...byKind.values()].flatMap(({ mark, reasons: found }): readonly Mark[] => {
    const [first] = found
    if (first === undefined || first.level === 'note') return []
    return [{ ...mark, level: first.level, words: joined([...new Set(found.map(({ words }) => words))]) }]
  })
}

/** Undoing the commit would meet later changes in these files. */
export function conflictMark(files: readonly string[]): readonly Mark[] {
  if (files.length === 0) return []
  const named = files.slice(0, mostWords).join(', ')
  const others = files.length - mostWords
  const words = `Undoing this commit would conflict in ${named}${others > 0 ? ` and ${others} more` : ''}: changed again since.`
  return [{ kind: 'conflicts', level: 'caution', label: 'undo conflicts', words }]
}

function joined(words: readonly string[]): string {
  const others = words.length - mostWords
  return `${words.slice(0, mostWords).join(' ')}${others > 0 ? ` And ${others} more.` : ''}`
}
