import { IconMinus, IconPlus } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
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
  const [text, setText] = useState(String(value))
  useEffect(() => setText(String(value)), [value])
  const set = (next: number) => {
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
        value={text}
        disabled={disabled}
        onChange={(event) => {
          setText(event.currentTarget.value)
          if (event.currentTarget.value.trim() !== '') set(Number(event.currentTarget.value))
        }}
        onBlur={() => setText(String(value))}
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
