import { Checkbox, TextInput } from '@mantine/core'
import type { Context, Decisions, Plan } from '#contract'
import { questionsOf } from '../../stores/approval.ts'
import { keyText, keyWords } from '../../stores/key-text.ts'
import styles from './changes.module.css'

/** What a plan asks beside the approval: prune, ticks for data, overruling people's fields, turning back. */
export function DecisionsForm({
  plan,
  decisions,
  onChange,
}: {
  readonly plan: Plan
  readonly decisions: Decisions
  readonly onChange: (decisions: Decisions) => void
}) {
  const { prunes, ticked, overrules, rollback } = questionsOf(plan)
  const ticks = new Set(decisions.ticks)
  const toggle = (key: string) => {
    if (!ticks.delete(key)) ticks.add(key)
    onChange({ ...decisions, ticks: [...ticks] })
  }
  if (prunes.length === 0 && overrules.length === 0 && rollback === undefined) return null
  return (
    <fieldset className={styles.decisions}>
      <legend>Decisions</legend>
      {prunes.length === 0 ? null : (
        <Checkbox
          label={`Prune ${prunes.length} object${prunes.length === 1 ? '' : 's'} that Git no longer has`}
          description={prunes.map(({ key }) => keyWords(key)).join(', ')}
          checked={decisions.prune}
          onChange={(event) => onChange({ ...decisions, prune: event.currentTarget.checked })}
        />
      )}
      {ticked.map(({ key }) => (
        <Checkbox
          key={keyText(key)}
          ml={26}
          disabled={!decisions.prune}
          label={`${keyWords(key)} holds data: delete it too`}
          checked={ticks.has(keyText(key))}
          onChange={() => toggle(keyText(key))}
        />
      ))}
      {overrules.length === 0 ? null : (
        <Checkbox
          label="Overrule what people set by hand"
          description={overrules
            .flatMap(({ key, contested }) =>
              contested.map(({ path, manager }) => `${keyWords(key)} ${path} (${manager})`),
            )
            .join(', ')}
          checked={decisions.overrule}
          onChange={(event) => onChange({ ...decisions, overrule: event.currentTarget.checked })}
        />
      )}
      {rollback === undefined ? null : (
        <Checkbox
          label="Turn the cluster back: this is meant"
          description={rollback}
          checked={decisions.rollback}
          onChange={(event) => onChange({ ...decisions, rollback: event.currentTarget.checked })}
        />
      )}
    </fieldset>
  )
}

/** A protected context asks for its name. */
export function ConfirmContext({
  context,
  decisions,
  onChange,
}: {
  readonly context: Context | undefined
  readonly decisions: Decisions
  readonly onChange: (decisions: Decisions) => void
}) {
  if (context?.protected !== true) return null
  return (
    <TextInput
      className={styles.confirm}
      label={`Type ${context.name} to confirm`}
      description="This context is protected."
      autoComplete="off"
      spellCheck={false}
      value={decisions.confirmedContext ?? ''}
      onChange={(event) => onChange({ ...decisions, confirmedContext: event.currentTarget.value })}
    />
  )
}
