import { Button, Menu } from '@mantine/core'
import { IconFilter } from '@tabler/icons-react'
import type { TimelineRow } from '#contract'
import { offeredConditions, toggledCondition } from '../../stores/timeline-filter.ts'

/** Conditions that write themselves into the search, where they can be changed by hand. */
export function FilterMenu({
  rows,
  text,
  onChange,
}: {
  readonly rows: readonly TimelineRow[]
  readonly text: string
  readonly onChange: (text: string) => void
}) {
  const offered = offeredConditions(rows)
  const groups = [...new Set(offered.map(({ group }) => group))]
  return (
    <Menu position="bottom-end" closeOnItemClick={false}>
      <Menu.Target>
        <Button variant="default" leftSection={<IconFilter size={14} aria-hidden />}>
          Filter
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {groups.map((group) => (
          <div key={group}>
            <Menu.Label>{group}</Menu.Label>
            {offered
              .filter((one) => one.group === group)
              .map(({ condition, words }) => (
                <Menu.CheckboxItem
                  key={condition}
                  checked={toggledCondition(text, condition).length < text.length}
                  onChange={() => onChange(toggledCondition(text, condition))}
                >
                  {words}
                </Menu.CheckboxItem>
              ))}
          </div>
        ))}
        <Menu.Label>Also: path:values.yaml, after:2026-11-01, object:web, -word</Menu.Label>
      </Menu.Dropdown>
    </Menu>
  )
}
