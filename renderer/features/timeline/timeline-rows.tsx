import {
  IconChevronDown,
  IconChevronRight,
  IconFolderSymlink,
  IconGitFork,
  IconGitMerge,
  IconSquareCheckFilled,
} from '@tabler/icons-react'
import { memo } from 'react'
import type { RenderedChange, Signature, TimelineRow } from '#contract'
import type { CommitMark } from '../../stores/commit-colours.ts'
import type { PickHow } from '../../stores/picked.ts'
import type { TimelineItem } from '../../stores/timeline-list.ts'
import { Age } from '../../ui/age.tsx'
import { Sha } from '../../ui/sha.tsx'
import { CommitDot } from '../../ui/squares.tsx'
import { evidenceOf, MarkChips } from './mark-chips.tsx'
import { SignatureIcon } from './signature-icon.tsx'
import styles from './timeline.module.css'

const mostChips = 4

type CommitRowProps = {
  readonly row: TimelineRow
  readonly folded: boolean
  readonly mark: CommitMark | undefined
  readonly running: number
  readonly signature: Signature | undefined
  readonly selected: boolean
  /** Where it lies in the list, in pixels. */
  readonly top: number
  readonly picked: boolean
  readonly onSelect: (oid: string, how: PickHow) => void
  readonly onLight: (oid: string | undefined) => void
}

/** One commit: who, when, what it changed in rendered terms, and its marks. Drawn again when something of it changed: not while others scroll by. */
export const CommitRow = memo(function CommitRow({
  row,
  folded,
  mark,
  running,
  signature,
  selected,
  picked,
  top,
  onSelect,
  onLight,
}: CommitRowProps) {
  const { commit } = row
  return (
    <li className={styles.item} style={{ transform: `translateY(${top}px)` }}>
      <button
        type="button"
        className={styles.row}
        aria-pressed={selected}
        aria-description={row.marks.length === 0 ? undefined : evidenceOf(row.marks)}
        data-commit={commit.oid}
        data-folded={folded || undefined}
        data-live={row.marks.some(({ kind }) => kind === 'live') || undefined}
        data-picked={picked || undefined}
        onClick={({ ctrlKey, metaKey, shiftKey }) =>
          onSelect(commit.oid, { toggle: ctrlKey || metaKey, range: shiftKey })
        }
        onPointerEnter={() => onLight(commit.oid)}
        onFocus={() => onLight(commit.oid)}
      >
        {picked ? (
          <IconSquareCheckFilled size={16} role="img" aria-label="picked" className={styles.pickedIcon} />
        ) : (
          <CommitDot mark={mark} />
        )}
        <span className={styles.text}>
          <span className={styles.first}>
            <span className={`${styles.subject} cut`} title={commit.subject}>
              {commit.subject}
            </span>
            <span className={styles.marks}>
              {running === 0 ? null : (
                <span className={styles.running}>
                  {running} pod{running === 1 ? '' : 's'}
                </span>
              )}
              <AsideChip row={row} />
              <MarkChips marks={row.marks} />
            </span>
          </span>
          <span className={styles.second}>
            <Effect row={row} />
            <span className={styles.by}>
              <span className="cut">{commit.author.name}</span>
              <Age at={commit.committedAt} />
              <SignatureIcon signature={signature} />
              <Sha oid={commit.oid} />
            </span>
          </span>
        </span>
      </button>
    </li>
  )
})

function Effect({ row }: { readonly row: TimelineRow }) {
  const place = row.movedFrom ?? row.at
  if (place === undefined) return <What row={row} />
  const words = row.movedFrom === undefined ? `lived at ${place}` : `moved here from ${place}`
  return (
    <span className={styles.effect}>
      <span className={styles.place} title={words}>
        <IconFolderSymlink size={13} aria-hidden />
        <span className="cut">{words}</span>
      </span>
      {row.effect === 'none' && row.movedFrom !== undefined ? null : <What row={row} />}
    </span>
  )
}

function What({ row }: { readonly row: TimelineRow }) {
  switch (row.effect) {
    case 'pending':
      return <span className="faint">rendering</span>
    case 'none':
      return <span className="faint">no effect on the rendered objects</span>
    case 'unknown':
      return (
        <span className="cut" data-tone="warn" title={row.problem}>
          does not render{row.problem === undefined ? '' : `: ${row.problem}`}
        </span>
      )
    default:
      return <Chips changes={row.changes} />
  }
}

/** What changed in rendered terms, most telling first. */
export function Chips({
  changes,
  most = mostChips,
}: {
  readonly changes: readonly RenderedChange[]
  readonly most?: number
}) {
  const words = changes.flatMap(chipWords)
  return (
    <span className={styles.chips} title={words.join('\n')}>
      {words.slice(0, most).map((word) => (
        <span key={word} className={styles.chip}>
          {word}
        </span>
      ))}
      {words.length > most ? <span className="faint">+{words.length - most}</span> : null}
    </span>
  )
}

function chipWords({ key, kind, words }: RenderedChange): readonly string[] {
  if (kind === 'added') return [`+${key.kind} ${key.name}`]
  if (kind === 'removed') return [`−${key.kind} ${key.name}`]
  return words.map((word) => `${key.name}: ${word.replaceAll(' -> ', ' → ')}`)
}

/** A commit that was never the newest state of the tracked branch cannot have been deployed from it. */
function AsideChip({ row }: { readonly row: TimelineRow }) {
  if (row.aside === undefined) return null
  const { branch } = row.aside
  const words = branch === undefined ? 'Came by a merge' : `Only on ${branch}: not in the tracked branch`
  return (
    <span className={styles.mark} data-mark={branch === undefined ? 'merged' : 'aside'} title={words}>
      {branch === undefined ? <IconGitMerge size={13} aria-hidden /> : <IconGitFork size={13} aria-hidden />}
      <span className="cut">{branch ?? 'merged'}</span>
    </span>
  )
}

/** Neighbours that changed no rendered object: folded, not hidden. */
export function FoldRow({
  item,
  top,
  onFold,
}: {
  readonly item: Extract<TimelineItem, { kind: 'fold' }>
  readonly top: number
  readonly onFold: (id: string) => void
}) {
  const Icon = item.open ? IconChevronDown : IconChevronRight
  const count = item.rows.length
  return (
    <li className={styles.fold} style={{ transform: `translateY(${top}px)` }}>
      <button type="button" aria-expanded={item.open} onClick={() => onFold(item.id)}>
        <Icon size={14} aria-hidden /> {count} commit{count === 1 ? '' : 's'} without effect
      </button>
    </li>
  )
}
