import { Checkbox, SegmentedControl } from '@mantine/core'
import { lazy, Suspense, useState } from 'react'
import type { ReactNode } from 'react'
import styles from './diff.module.css'
import { Waiting } from './waiting.tsx'

const DiffEditor = lazy(() => import('./diff-editor.tsx').then(({ DiffEditor }) => ({ default: DiffEditor })))

/** One text on both sides; absent = it is not there. */
export type DiffItem = {
  readonly id: string
  readonly title: string
  readonly before: string | undefined
  readonly after: string | undefined
  readonly opaque?: boolean
  /** What stands above its difference. */
  readonly above?: ReactNode
}

/** A list of texts and the difference of the chosen one. The editor is loaded when the first is shown. */
export function DiffPanel({
  label,
  items,
  ticks,
}: {
  readonly label: string
  readonly items: readonly DiffItem[]
  /** Gives each item a box to tick. */
  readonly ticks?: { readonly ticked: ReadonlySet<string>; readonly onTick: (id: string) => void }
}) {
  const [chosen, setChosen] = useState<string>()
  const [mode, setMode] = useState<'unified' | 'split'>('unified')
  const current = items.find(({ id }) => id === chosen) ?? items[0]
  if (current === undefined) return <p className="dim">No difference.</p>
  return (
    <section className={styles.panel} aria-label={label}>
      <header className={styles.bar}>
        <ul className={styles.files} aria-label={`${label}: items`}>
          {items.map((item) => (
            <li key={item.id} className={styles.item}>
              {ticks === undefined ? null : (
                <Checkbox
                  size="xs"
                  aria-label={`Choose ${item.title}`}
                  checked={ticks.ticked.has(item.id)}
                  onChange={() => ticks.onTick(item.id)}
                />
              )}
              <button
                type="button"
                className={styles.file}
                aria-pressed={item.id === current.id}
                title={item.title}
                onClick={() => setChosen(item.id)}
              >
                <span className={styles.sign} data-sign={signOf(item)} aria-label={signWords(item)}>
                  {signOf(item)}
                </span>
                <span className="cut">{item.title}</span>
              </button>
            </li>
          ))}
        </ul>
        <SegmentedControl
          size="xs"
          aria-label={`${label}: layout`}
          value={mode}
          onChange={(value) => setMode(value === 'split' ? 'split' : 'unified')}
          data={[
            { value: 'unified', label: 'Unified' },
            { value: 'split', label: 'Side by side' },
          ]}
        />
      </header>
      {current.above}
      <DiffText key={`${current.id} ${mode}`} item={current} mode={mode} />
    </section>
  )
}

/** The difference of one text. */
export function DiffText({ item, mode }: { readonly item: DiffItem; readonly mode: 'unified' | 'split' }) {
  if (item.opaque === true)
    return (
      <p className={styles.opaque}>
        {item.before ?? 'Not there'} → {item.after ?? 'not there'}
      </p>
    )
  if (item.before === item.after) return <p className={styles.opaque}>Both sides are equal.</p>
  return (
    <Suspense fallback={<Waiting words="Loading the editor." />}>
      <DiffEditor title={item.title} before={item.before ?? ''} after={item.after ?? ''} mode={mode} />
    </Suspense>
  )
}

function signOf({ before, after }: DiffItem): '+' | '−' | '~' {
  if (before === undefined) return '+'
  return after === undefined ? '−' : '~'
}
function signWords(item: DiffItem): string {
  return { '+': 'added', '−': 'removed', '~': 'changed' }[signOf(item)]
}
