import { SegmentedControl } from '@mantine/core'
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react'
import { useState } from 'react'
import { useStore } from 'zustand'
import type { Change } from '#contract'
import { keyText, keyWords } from '../../stores/key-text.ts'
import { idle } from '../../stores/load.ts'
import { diffId } from '../../stores/plan-diffs.ts'
import { DiffText } from '../../ui/diff-panel.tsx'
import { LoadView } from '../../ui/load-view.tsx'
import { useStores } from '../../ui/use-stores.ts'
import { ChangeFields } from './change-fields.tsx'
import type { FieldSource } from './change-fields.tsx'
import styles from './changes.module.css'

const signs: Readonly<Record<Change['action'], string>> = {
  create: '+',
  update: '~',
  replace: '!',
  prune: '−',
  unchanged: '=',
  blocked: '×',
  hook: 'h',
  unknown: '?',
}

/** One object of a plan; opened, it shows its fields and, when asked, both sides as YAML. */
export function ChangeRow({
  planId,
  change,
  source,
}: {
  readonly planId: string
  readonly change: Change
  readonly source: FieldSource | undefined
}) {
  const [open, setOpen] = useState(false)
  const Icon = open ? IconChevronDown : IconChevronRight
  const { key, action, restarts, takeOver, needsTick, verified } = change
  return (
    <li className={styles.change} data-action={action}>
      <button type="button" className={styles.line} aria-expanded={open} onClick={() => setOpen(!open)}>
        <Icon size={14} aria-hidden />
        <span className={styles.sign} aria-hidden>
          {signs[action]}
        </span>
        <span className={styles.action}>{action}</span>
        <strong className="cut" title={keyText(key)}>
          {keyWords(key)}
        </strong>
        <span className="faint">{key.namespace}</span>
        <span className={styles.tags}>
          <Tag show={restarts > 0}>
            restarts {restarts} pod{restarts === 1 ? '' : 's'}
          </Tag>
          <Tag show={change.fields.length > 0}>
            {change.fields.length} field{change.fields.length === 1 ? '' : 's'}
          </Tag>
          <Tag show={change.contested.length > 0} tone="warn">
            {change.contested.length} contested
          </Tag>
          <Tag show={change.undeclared.length > 0}>{change.undeclared.length} undeclared</Tag>
          <Tag show={change.ignored.length > 0}>{change.ignored.length} ignored</Tag>
          <Tag show={takeOver}>taken over from kubectl</Tag>
          <Tag show={needsTick} tone="bad">
            holds data
          </Tag>
          <Tag show={verified === 'local'}>compared here, not by the server</Tag>
        </span>
      </button>
      {change.reasons.map(({ code, message }) => (
        <p key={`${code} ${message}`} className={styles.reason}>
          {message} <span className="faint">{code}</span>
        </p>
      ))}
      {open ? (
        <div className={styles.inside}>
          <ChangeFields change={change} source={source} />
          <ObjectDiff planId={planId} change={change} />
        </div>
      ) : null}
    </li>
  )
}

function Tag({
  show,
  tone,
  children,
}: {
  readonly show: boolean
  readonly tone?: 'warn' | 'bad'
  readonly children: React.ReactNode
}) {
  return show ? (
    <span className={styles.tag} data-tone={tone}>
      {children}
    </span>
  ) : null
}

/** Both sides as YAML, fetched when asked for. */
function ObjectDiff({ planId, change: { key } }: { readonly planId: string; readonly change: Change }) {
  const { diffs } = useStores()
  const [mode, setMode] = useState<'off' | 'unified' | 'split'>('off')
  const load = useStore(diffs.store, (state) => state.diffs.get(diffId(planId, key)) ?? idle)
  const show = (value: string) => {
    setMode(value === 'unified' || value === 'split' ? value : 'off')
    if (value !== 'off') void diffs.fetch(planId, key)
  }
  return (
    <div className={styles.yaml}>
      <SegmentedControl
        size="xs"
        aria-label={`YAML of ${keyWords(key)}`}
        value={mode}
        onChange={show}
        data={[
          { value: 'off', label: 'Fields' },
          { value: 'unified', label: 'YAML' },
          { value: 'split', label: 'YAML side by side' },
        ]}
      />
      {mode === 'off' ? null : (
        <LoadView
          load={load}
          waitsFor={`Reading both sides of ${keyWords(key)}.`}
          onRetry={() => void diffs.fetch(planId, key)}
        >
          {({ before, after }) => (
            <DiffText
              key={mode}
              mode={mode}
              item={{ id: keyText(key), title: keyWords(key), before, after }}
            />
          )}
        </LoadView>
      )}
    </div>
  )
}
