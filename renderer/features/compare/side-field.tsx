import { Autocomplete } from '@mantine/core'
import { useState } from 'react'
import type { Side } from '#contract'
import { sideWords, typedSide } from '../../stores/comparison-text.ts'
import type { Names } from '../../stores/comparison-text.ts'

export type SideChoices = {
  readonly apps: Names
  readonly branches: readonly string[]
  readonly commits: readonly { readonly oid: string; readonly subject: string }[]
  readonly hasDestination: boolean
}

/** One side of a comparison: chosen from what there is, or typed as git knows it. */
export function SideField({
  label,
  side,
  choices,
  onChange,
}: {
  readonly label: string
  readonly side: Side
  readonly choices: SideChoices
  readonly onChange: (side: Side) => void
}) {
  const shown = sideWords(side, choices.apps)
  const [text, setText] = useState<string>()
  const take = (value: string) => {
    const typed = typedSide(value, choices.apps)
    setText(undefined)
    if (typed !== undefined) onChange(typed)
  }
  return (
    <Autocomplete
      className="grow"
      label={label}
      value={text ?? shown}
      limit={60}
      maxDropdownHeight={360}
      data={optionsOf(choices)}
      // With the present side in the field everything is offered; what is typed narrows it.
      filter={({ options, search }) => (search === shown ? options : narrowed(options, search))}
      onChange={setText}
      onOptionSubmit={take}
      onFocus={(event) => event.currentTarget.select()}
      onBlur={() => text !== undefined && take(text)}
      onKeyDown={(event) => event.key === 'Enter' && event.currentTarget.blur()}
    />
  )
}

function optionsOf({ apps, branches, commits, hasDestination }: SideChoices) {
  return [
    { group: 'Now', items: [...(hasDestination ? ['live'] : []), 'work tree', 'index'] },
    { group: 'Branches', items: [...branches] },
    { group: 'Other apps', items: apps.map(({ name }) => `app ${name}`) },
    {
      group: 'Commits',
      items: [...new Set(commits.map(({ oid, subject }) => `${oid.slice(0, 7)} ${subject}`))],
    },
  ].filter(({ items }) => items.length > 0)
}

type Options = Parameters<NonNullable<React.ComponentProps<typeof Autocomplete>['filter']>>[0]['options']

function narrowed(options: Options, search: string): Options {
  const wanted = search.trim().toLowerCase()
  return options
    .map((option) =>
      'group' in option
        ? { ...option, items: option.items.filter((item) => labelOf(item).toLowerCase().includes(wanted)) }
        : option,
    )
    .filter((option) => !('group' in option) || option.items.length > 0)
}

function labelOf(item: string | { readonly label: string }): string {
  return typeof item === 'string' ? item : item.label
}
