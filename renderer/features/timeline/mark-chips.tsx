import {
  IconArrowsDiagonalMinimize2,
  IconCircleCheck,
  IconCircleDashed,
  IconCircleX,
  IconDatabaseX,
  IconEyeOff,
  IconFileOff,
  IconGitBranch,
  IconGitPullRequestConflict,
  IconHelpCircle,
  IconHistory,
  IconLock,
  IconPinFilled,
  IconSchema,
  IconStarFilled,
  IconTrash,
} from '@tabler/icons-react'
import type { Mark } from '#contract'
import { tellingMarks } from '../../stores/telling-marks.ts'
import styles from './timeline.module.css'

const icons = {
  live: IconPinFilled,
  tip: IconGitBranch,
  'last-good': IconStarFilled,
  failed: IconCircleX,
  healthy: IconCircleCheck,
  synced: IconHistory,
  unsynced: IconCircleDashed,
  conflicts: IconGitPullRequestConflict,
  'crd-removed': IconTrash,
  'crd-version-dropped': IconDatabaseX,
  'crd-changes': IconSchema,
  'claim-shrinks': IconArrowsDiagonalMinimize2,
  'immutable-field': IconLock,
  'config-missing': IconFileOff,
  'image-unseen': IconEyeOff,
  unread: IconHelpCircle,
} as const satisfies Record<Mark['kind'], unknown>

/** In a row the most telling ones, a word each; the others are a number. All of the evidence is the title, and in full beside the chosen commit. */
export function MarkChips({ marks }: { readonly marks: readonly Mark[] }) {
  const { shown, rest } = tellingMarks(marks)
  return (
    <>
      {shown.map((mark) => (
        <MarkChip key={mark.kind} mark={mark} />
      ))}
      {rest.length === 0 ? null : (
        <span className={styles.mark} data-mark="more" data-level={levelOf(rest)} title={evidenceOf(rest)}>
          +{rest.length}
        </span>
      )}
    </>
  )
}

function MarkChip({ mark }: { readonly mark: Mark }) {
  const Icon = icons[mark.kind]
  return (
    <span className={styles.mark} data-mark={mark.kind} data-level={mark.level} title={mark.words}>
      <Icon size={13} aria-hidden />
      <span className="cut">{mark.label}</span>
    </span>
  )
}

/** All marks with their evidence. */
export function MarkList({ marks }: { readonly marks: readonly Mark[] }) {
  if (marks.length === 0) return null
  return (
    <ul className={styles.evidence} aria-label="Marks">
      {marks.map(({ kind, level, label, words }) => {
        const Icon = icons[kind]
        const rest = words.startsWith(label) ? words.slice(label.length) : ` ${words}`
        return (
          <li key={kind} data-mark={kind} data-level={level}>
            <Icon size={14} aria-hidden />
            <span>
              <b>{label}</b>
              <span className={styles.why}>{rest}</span>
            </span>
          </li>
        )
      })}
    </ul>
  )
}

/** For who cannot point at a chip. */
export function evidenceOf(marks: readonly Mark[]): string {
  return marks.map(({ label, words }) => `${label}: ${words}`).join('\n')
}

function levelOf(marks: readonly Mark[]): Mark['level'] {
  return (['danger', 'caution', 'unknown'] as const).find((level) =>
    marks.some((mark) => mark.level === level),
  )
}
