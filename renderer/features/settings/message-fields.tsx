import { Switch, Text } from '@mantine/core'
import type { Input, MessageConventions, Settings } from '#contract'
import page from '../../ui/page.module.css'
import { SavedText } from './saved-text.tsx'

const usual: MessageConventions = {
  template: '{subject}',
  conventional: false,
  signOff: false,
  coAuthors: [],
}

/** How the team words commits: what a draft proposes, before the operator edits it. */
export function MessageFields({
  settings,
  onSave,
}: {
  readonly settings: Settings
  readonly onSave: (change: Input<'settings.update'>) => void
}) {
  const message = settings.message ?? usual
  const save = (change: Partial<MessageConventions>) => onSave({ message: { ...message, ...change } })
  return (
    <div className={page.form}>
      <SavedText
        label="Template of the subject"
        description="{subject} is what is proposed; {app} and {action} are filled in; {ticket} is asked for in the review."
        value={message.template}
        onSave={(template) => save({ template: template.trim() })}
      />
      <Switch
        label="Conventional Commits"
        description="revert(app): for what takes something back, chore(app): for the rest"
        checked={message.conventional}
        onChange={(event) => save({ conventional: event.currentTarget.checked })}
      />
      <Switch
        label="Sign off"
        description="Signed-off-by: with the name and address that Git is configured with"
        checked={message.signOff}
        onChange={(event) => save({ signOff: event.currentTarget.checked })}
      />
      <SavedText
        label="Co-authors, one a line"
        description="Name <name@example.com>"
        multiline
        value={message.coAuthors.join('\n')}
        onSave={(text) =>
          save({
            coAuthors: text
              .split('\n')
              .map((line) => line.trim())
              .filter(Boolean),
          })
        }
      />
      <Text size="xs" className="dim">
        A commit-msg hook of the clone runs when the commit is made (git 2.36 or newer), and may change or
        refuse the message.
      </Text>
    </div>
  )
}
