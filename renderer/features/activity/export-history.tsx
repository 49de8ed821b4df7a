import { Button, Menu } from '@mantine/core'
import { IconChevronDown, IconReportAnalytics } from '@tabler/icons-react'
import { saveText } from '../../ui/save-text.ts'
import { useAction } from '../../ui/use-action.ts'
import { useStores } from '../../ui/use-stores.ts'

const formats = [
  { format: 'markdown', title: 'Markdown', ending: 'md' },
  { format: 'csv', title: 'CSV', ending: 'csv' },
  { format: 'json', title: 'JSON', ending: 'json' },
] as const
type Format = (typeof formats)[number]

const ranges = [
  { title: 'Last 30 days', days: 30 },
  { title: 'Last 365 days', days: 365 },
  { title: 'All', days: undefined },
] as const

/** Who changed the app when, by commits and syncs, for those who ask: a report as a file. */
export function ExportHistory({ appId, name }: { readonly appId: string; readonly name: string }) {
  const { link } = useStores()
  const action = useAction(async (choice: { readonly format: Format; readonly days: number | undefined }) => {
    const { format, days } = choice
    const since = days === undefined ? {} : { since: dayBefore(days) }
    const { text } = await link.client.call('audit.export', {
      request: { appId, ...since },
      format: format.format,
    })
    saveText(text, `${name}-history.${format.ending}`)
  })
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button
            variant="default"
            loading={action.state === 'running'}
            leftSection={<IconReportAnalytics size={14} aria-hidden />}
            rightSection={<IconChevronDown size={14} aria-hidden />}
          >
            Who changed what
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {ranges.map(({ title, days }) => (
            <div key={title}>
              <Menu.Label>{title}</Menu.Label>
              {formats.map((format) => (
                <Menu.Item key={format.format} onClick={() => action.run({ format, days })}>
                  {format.title}
                </Menu.Item>
              ))}
            </div>
          ))}
        </Menu.Dropdown>
      </Menu>
      {action.failure === undefined ? null : (
        <span role="alert" data-tone="bad">
          {action.failure.message}
        </span>
      )}
    </>
  )
}

function dayBefore(days: number): string {
  return new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10)
}
