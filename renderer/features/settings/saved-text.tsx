import { Button, Textarea, TextInput } from '@mantine/core'
import { useState } from 'react'
import page from '../../ui/page.module.css'

/** A text that is saved by its button, once it differs. */
export function SavedText({
  label,
  description,
  value,
  multiline = false,
  onSave,
}: {
  readonly label: string
  readonly description?: string
  readonly value: string
  readonly multiline?: boolean
  readonly onSave: (text: string) => void
}) {
  const [text, setText] = useState<string>()
  const shown = text ?? value
  const changed = shown !== value
  const props = {
    label,
    ...(description === undefined ? {} : { description }),
    value: shown,
    spellCheck: false,
    onChange: (event: { readonly currentTarget: { readonly value: string } }) =>
      setText(event.currentTarget.value),
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        onSave(shown)
        setText(undefined)
      }}
    >
      {multiline ? <Textarea size="xs" autosize minRows={2} {...props} /> : <TextInput {...props} />}
      {changed ? (
        <div className={page.buttons} style={{ marginTop: 6 }}>
          <Button type="submit">Save</Button>
          <Button variant="default" onClick={() => setText(undefined)}>
            Take back
          </Button>
        </div>
      ) : null}
    </form>
  )
}
