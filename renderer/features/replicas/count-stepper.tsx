import { IconMinus, IconPlus } from '@tabler/icons-react'
import { useState } from 'react'
import styles from './replicas.module.css'

const most = 100_000

/** A whole number with its two buttons. Typing counts when it is a number; an empty field changes nothing. */
export function CountStepper({
  label,
  value,
  original,
  disabled,
  onChange,
}: {
  readonly label: string
  readonly value: number
  readonly original: number
  readonly disabled: boolean
  readonly onChange: (value: number) => void
}) {
  // What is being typed, which need not be a number yet.
  const [text, setText] = useState<string>()
  const set = (next: number) => {
    setText(undefined)
    if (Number.isInteger(next) && next >= 0 && next <= most) onChange(next)
  }
  return (
    <span
      className={styles.stepper}
      data-changed={value !== original || undefined}
      role="group"
      aria-label={label}
    >
      <button
        type="button"
        aria-label={`Fewer: ${label}`}
        disabled={disabled || value <= 0}
        onClick={() => set(value - 1)}
      >
        <IconMinus size={14} aria-hidden />
      </button>
      <input
        type="number"
        aria-label={label}
        min={0}
        max={most}
        step={1}
        value={text ?? String(value)}
        disabled={disabled}
        onChange={(event) => {
          const typed = event.currentTarget.value
          if (typed.trim() === '') setText(typed)
          else set(Number(typed))
        }}
        onBlur={() => setText(undefined)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') set(original)
        }}
      />
      <button
        type="button"
        aria-label={`More: ${label}`}
        disabled={disabled || value >= most}
        onClick={() => set(value + 1)}
      >
        <IconPlus size={14} aria-hidden />
      </button>
    </span>
  )
}
