import type { PodSquare } from '#contract'
import type { CommitMark } from '../stores/commit-colours.ts'
import styles from './squares.module.css'

export type Marks = ReadonlyMap<string, CommitMark>
export const noMarks: Marks = new Map()

const glyphs: Readonly<Record<PodSquare['state'], string | undefined>> = {
  ready: undefined,
  starting: '…',
  crashing: '!',
  terminating: '×',
  done: '✓',
  unknown: '?',
}

/** One square for each pod: the colour and letter of the commit it runs, a glyph for every state but ready. */
export function PodSquares({
  pods,
  marks,
  size = 'large',
  lit,
  most = 400,
}: {
  readonly pods: readonly PodSquare[]
  readonly marks: Marks
  readonly size?: 'small' | 'large'
  /** Pods of this commit stand out, the others step back. */
  readonly lit?: string | undefined
  readonly most?: number
}) {
  const shown = pods.slice(0, most)
  // A commit that runs nowhere lights nothing, and so dims nothing.
  const lights = pods.some(({ commit }) => commit === lit) ? lit : undefined
  return (
    <span className={styles.squares} data-size={size} role="list" aria-label="Pods">
      {shown.map((pod) => (
        <Square
          key={pod.uid}
          pod={pod}
          mark={pod.commit === undefined ? undefined : marks.get(pod.commit)}
          lit={lights}
        />
      ))}
      {pods.length > most ? (
        <span className="faint" role="listitem">
          +{pods.length - most}
        </span>
      ) : null}
    </span>
  )
}

function Square({
  pod,
  mark,
  lit,
}: {
  readonly pod: PodSquare
  readonly mark: CommitMark | undefined
  readonly lit: string | undefined
}) {
  const words = podWords(pod)
  return (
    <span
      role="listitem"
      aria-label={words}
      title={words}
      className={styles.square}
      data-state={pod.state}
      data-slot={mark?.slot ?? 'none'}
      data-commit={pod.commit}
      data-lit={lit === undefined ? undefined : String(pod.commit === lit)}
    >
      <span aria-hidden>{glyphs[pod.state] ?? mark?.letter ?? ''}</span>
    </span>
  )
}

function podWords({ name, state, reason, commit, restarts }: PodSquare): string {
  const run = commit === undefined ? 'commit not known' : `runs ${commit.slice(0, 7)}`
  const again = restarts === 0 ? '' : `, ${restarts} restart${restarts === 1 ? '' : 's'}`
  return `${name}: ${state}${reason === undefined ? '' : ` (${reason})`}, ${run}${again}`
}

/** The mark of a commit beside its name: the same colour and letter as its pods. */
export function CommitDot({ mark }: { readonly mark: CommitMark | undefined }) {
  return (
    <span className={styles.dot} data-slot={mark?.slot ?? 'idle'} aria-hidden>
      {mark?.letter ?? ''}
    </span>
  )
}
