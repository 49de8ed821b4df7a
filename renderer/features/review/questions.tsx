import { Button, Checkbox } from '@mantine/core'
import { useStore } from 'zustand'
import type { Draft, Resolution, SharedChoice } from '#contract'
import { Note } from '../../ui/note.tsx'
import { Card } from '../../ui/page.tsx'
import { useStores } from '../../ui/use-stores.ts'
import { Conflicts } from './conflicts.tsx'
import styles from './review.module.css'

/** What has to be answered, and what cannot be landed at all. */
export function Questions({
  draft,
  shared,
  resolutions = [],
}: {
  readonly draft: Draft
  readonly shared: SharedChoice
  readonly resolutions?: readonly Resolution[] | undefined
}) {
  return (
    <>
      {draft.blocks
        .filter(({ code }) => code !== 'UNDO_CONFLICT')
        .map(({ code, message }) => (
          <Note key={`${code} ${message}`} tone="bad">
            {message} <span className="faint">{code}</span>
          </Note>
        ))}
      <Conflicts draft={draft} resolutions={resolutions} />
      <Shared draft={draft} choice={shared} />
      <NotRendering draft={draft} />
      {draft.warnings.map((warning) => (
        <Note key={warning} tone="info">
          {warning}
        </Note>
      ))}
    </>
  )
}

/** Inputs that other apps read too: asked about, never decided. */
function Shared({ draft, choice }: { readonly draft: Draft; readonly choice: SharedChoice }) {
  const { review } = useStores()
  if (draft.shared.length === 0) return null
  const asked = draft.needs.includes('shared')
  const answer = (shared: 'include' | 'exclude') => void review.choose({ shared })
  return (
    <Card title="Other apps read these files too">
      <ul className={styles.shared} aria-label="Shared inputs">
        {draft.shared.map(({ path, apps }) => (
          <li key={path}>
            <code className="mono">{path}</code>
            <ul>
              {apps.map(({ name, words }) => (
                <li key={`${name} ${words.join()}`}>
                  <b>{name}</b>:{' '}
                  {words.length === 0 ? 'no rendered change' : words.join(', ').replaceAll(' -> ', ' → ')}
                </li>
              ))}
            </ul>
          </li>
        ))}
      </ul>
      <div className="spread">
        <Button
          variant={choice === 'include' ? 'filled' : 'default'}
          aria-pressed={choice === 'include'}
          onClick={() => answer('include')}
        >
          Include shared inputs
        </Button>
        <Button
          variant={choice === 'exclude' ? 'filled' : 'default'}
          aria-pressed={choice === 'exclude'}
          onClick={() => answer('exclude')}
        >
          Leave shared inputs as they are
        </Button>
        <span className="dim">
          {asked
            ? 'Answer to go on.'
            : choice === 'include'
              ? 'They change with this commit.'
              : 'They stay as they are.'}
        </span>
      </div>
    </Card>
  )
}

function NotRendering({ draft }: { readonly draft: Draft }) {
  const { review } = useStores()
  const { acceptNotRendering } = useStore(review.store, ({ form }) => form)
  if (draft.problems.length === 0) return null
  return (
    <Card title="The result does not render">
      {draft.problems.map(({ code, message, file, line }) => (
        <p key={`${code} ${message}`} className={styles.path}>
          {file === undefined ? null : (
            <code className="mono">
              {file}:{line ?? 1}{' '}
            </code>
          )}
          {message} <span className="faint">{code}</span>
        </p>
      ))}
      {draft.needs.includes('does-not-render') ? (
        <Checkbox
          label="Commit it although it does not render"
          checked={acceptNotRendering}
          onChange={(event) => review.edit({ acceptNotRendering: event.currentTarget.checked })}
        />
      ) : null}
    </Card>
  )
}
