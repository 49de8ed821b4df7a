import { Button, Modal, PasswordInput, TextInput } from '@mantine/core'
import { IconFingerprint } from '@tabler/icons-react'
import { useState } from 'react'
import { useStore } from 'zustand'
import type { Answer, Question } from '#contract'
import { spellSeconds } from '../../stores/duration.ts'
import { FailureView } from '../../ui/failure-view.tsx'
import { useAction } from '../../ui/use-action.ts'
import { useNow } from '../../ui/use-now.ts'
import { useStores } from '../../ui/use-stores.ts'
import styles from './questions.module.css'
import { questionWords } from './question-words.ts'

/** What git or ssh asks, one at a time, over whatever page is open. What is typed goes to the program that asked and is kept nowhere. */
export function AskedDialog() {
  const { questions } = useStores()
  const [question] = useStore(questions).items.values()
  return question === undefined ? null : <Dialog key={question.id} question={question} />
}

function Dialog({ question }: { readonly question: Question }) {
  const { link } = useStores()
  const [text, setText] = useState('')
  const send = useAction(async (answer: Answer) => {
    setText('')
    await link.client.call('questions.answer', { id: question.id, answer })
  })
  const words = questionWords(question)
  const cancel = () => send.run({ kind: 'cancel' })
  const submit = () => send.run({ kind: 'text', text: words.yes ?? text })
  return (
    <Modal
      opened
      onClose={cancel}
      title={words.title}
      size="md"
      closeOnClickOutside={false}
      closeButtonProps={{ 'aria-label': `Cancel ${question.command}` }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault()
          submit()
        }}
      >
        <Who question={question} />
        {question.again && words.again !== undefined ? (
          <p className={styles.again} role="alert">
            {words.again}
          </p>
        ) : null}
        {question.fingerprint === undefined ? null : <Fingerprint fingerprint={question.fingerprint} />}
        <p className="dim">{words.hint}</p>
        <Field kind={question.kind} label={words.label} value={text} onChange={setText} />
        {send.failure === undefined ? null : <FailureView failure={send.failure} />}
        <div className={styles.buttons}>
          <Left until={question.until} />
          <Button variant="default" onClick={cancel}>
            Cancel
          </Button>
          {words.button === undefined ? null : (
            <Button
              type="submit"
              loading={send.state === 'running'}
              disabled={words.label !== undefined && text === ''}
            >
              {words.button}
            </Button>
          )}
        </div>
      </form>
    </Modal>
  )
}

function Who({ question: { command, subject, clone } }: { readonly question: Question }) {
  return (
    <dl className={styles.who}>
      <dt>For</dt>
      <dd>
        <code className="mono">{subject}</code>
      </dd>
      <dt>Asked by</dt>
      <dd>{command}</dd>
      <dt>In</dt>
      <dd className="cut" title={clone}>
        {clone}
      </dd>
    </dl>
  )
}

function Fingerprint({ fingerprint }: { readonly fingerprint: string }) {
  return (
    <div className={styles.fingerprint}>
      <IconFingerprint size={20} aria-hidden />
      <code className="mono">{fingerprint}</code>
    </div>
  )
}

function Field(props: {
  readonly kind: Question['kind']
  readonly label: string | undefined
  readonly value: string
  readonly onChange: (text: string) => void
}) {
  const { kind, label, value, onChange } = props
  if (label === undefined) return null
  const given = {
    label,
    value,
    autoComplete: 'off',
    spellCheck: false,
    'data-autofocus': true,
    onChange: (event: React.ChangeEvent<HTMLInputElement>) => onChange(event.currentTarget.value),
  }
  return kind === 'username' ? <TextInput {...given} /> : <PasswordInput {...given} />
}

function Left({ until }: { readonly until: string }) {
  const seconds = Math.max(0, Math.ceil((Date.parse(until) - useNow()) / 1000))
  return <span className={styles.left}>{spellSeconds(seconds)} left</span>
}
