import { Button, SegmentedControl, Textarea } from '@mantine/core'
import { useState } from 'react'
import { useStore } from 'zustand'
import type { Conflict, Draft, Resolution } from '#contract'
import { answered, markersIn, withLineEnds, withoutAnswer } from '../../stores/resolutions.ts'
import { DiffText } from '../../ui/diff-panel.tsx'
import { Card } from '../../ui/page.tsx'
import { useStores } from '../../ui/use-stores.ts'
import styles from './review.module.css'

/** Places where the undo meets later changes, each to be decided, and what was decided so far. */
export function Conflicts({
  draft: { conflicts },
  resolutions,
}: {
  readonly draft: Draft
  readonly resolutions: readonly Resolution[]
}) {
  const { review } = useStores()
  const decide = (resolution: Resolution) =>
    void review.choose({ resolutions: answered(resolutions, resolution) })
  return (
    <>
      {conflicts.length === 0 ? null : (
        <Card
          title={`${conflicts.length} conflict${conflicts.length === 1 ? '' : 's'}: later commits changed the same places`}
        >
          <p className="dim">
            Decide each file. Nothing lands before all are decided and the whole result renders.
          </p>
          {conflicts.map((conflict) => (
            <OneConflict key={conflict.token} conflict={conflict} onDecide={decide} />
          ))}
        </Card>
      )}
      {resolutions.length === 0 ? null : (
        <Card title="Conflicts that you decided">
          <ul className={styles.shared} aria-label="Decided conflicts">
            {resolutions.map((resolution) => (
              <li key={resolution.token}>
                <code className="mono">{resolution.path}</code>: {words[resolution.take]}{' '}
                <Button
                  size="compact-xs"
                  variant="subtle"
                  onClick={() =>
                    void review.choose({ resolutions: withoutAnswer(resolutions, resolution.token) })
                  }
                >
                  Decide again
                </Button>
              </li>
            ))}
          </ul>
        </Card>
      )}
    </>
  )
}

const words: Readonly<Record<Resolution['take'], string>> = {
  ours: 'stays as it is on the branch now',
  theirs: 'becomes as it was before the undone commit',
  text: 'becomes what you wrote',
}

const views = [
  { value: 'result', label: 'Now and undone' },
  { value: 'later', label: 'What later commits did' },
  { value: 'undo', label: 'What the undo does' },
] as const
type View = (typeof views)[number]['value']

function OneConflict({
  conflict,
  onDecide,
}: {
  readonly conflict: Conflict
  readonly onDecide: (resolution: Resolution) => void
}) {
  const { path, why, token, editable } = conflict
  const [view, setView] = useState<View>('result')
  const { review } = useStores()
  const texts = useStore(review.store, ({ form }) => form.texts)
  const { [token]: text, ...others } = texts
  const setText = (written: string | undefined) =>
    review.edit({ texts: written === undefined ? others : { ...others, [token]: written } })
  const markers = text === undefined ? 0 : markersIn(text)
  return (
    <section className={styles.conflict} aria-label={`Conflict in ${path}`}>
      <p className={styles.path}>
        <code className="mono">{path}</code>: {why}
      </p>
      <SegmentedControl
        size="xs"
        aria-label={`Sides of ${path}`}
        value={view}
        onChange={(value) => setView(views.find((one) => one.value === value)?.value ?? 'result')}
        data={[...views]}
      />
      <DiffText key={view} item={{ id: token, title: path, ...sidesOf(conflict, view) }} mode="split" />
      <div className="spread">
        <Button onClick={() => onDecide({ take: 'ours', path, token })}>Keep it as it is now</Button>
        <Button onClick={() => onDecide({ take: 'theirs', path, token })}>Take the undone state</Button>
        {editable && text === undefined ? (
          <Button variant="default" onClick={() => setText(conflict.merged ?? '')}>
            Edit by hand
          </Button>
        ) : null}
        {editable ? null : (
          <span className="dim">It cannot be edited here: it is no plain text, or it holds secrets.</span>
        )}
      </div>
      {text === undefined ? null : (
        <>
          <Textarea
            className={styles.hand}
            aria-label={`Text of ${path}`}
            size="xs"
            autosize
            minRows={6}
            maxRows={28}
            spellCheck={false}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
          />
          <div className="spread">
            <Button
              disabled={markers > 0}
              onClick={() =>
                onDecide({ take: 'text', path, token, text: withLineEnds(text, likeOf(conflict)) })
              }
            >
              Use this text
            </Button>
            <Button variant="default" onClick={() => setText(undefined)}>
              Do not edit
            </Button>
            <span className="dim" role="status">
              {markers > 0
                ? `${markers} conflict marker${markers === 1 ? '' : 's'} left`
                : 'The result is rendered next.'}
            </span>
          </div>
        </>
      )}
    </section>
  )
}

/** The file whose line ends a text by hand gets: the branch's, or the one that comes back. */
function likeOf({ ours, theirs }: Conflict): string {
  return ours ?? theirs ?? ''
}

function sidesOf({ ours, base, theirs }: Conflict, view: View) {
  switch (view) {
    case 'result':
      return { before: ours, after: theirs }
    case 'later':
      return { before: base, after: ours }
    default:
      return { before: base, after: theirs }
  }
}
