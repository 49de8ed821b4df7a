import { Button, Menu } from '@mantine/core'
import { IconChevronDown, IconDownload } from '@tabler/icons-react'
import type { CompareRequest } from '#contract'
import { saveText } from '../../ui/save-text.ts'
import { useAction } from '../../ui/use-action.ts'
import { useStores } from '../../ui/use-stores.ts'

const endings = { markdown: 'md', patch: 'patch' } as const

/** The comparison as a file, secrets masked. */
export function ExportComparison({
  request,
  name,
  disabled,
}: {
  readonly request: CompareRequest
  readonly name: string
  readonly disabled: boolean
}) {
  const { link } = useStores()
  const action = useAction(async (format: 'markdown' | 'patch') => {
    const { text } = await link.client.call('compare.export', { request, format })
    saveText(text, `${name}-comparison.${endings[format]}`)
  })
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button
            variant="default"
            disabled={disabled}
            leftSection={<IconDownload size={14} aria-hidden />}
            rightSection={<IconChevronDown size={14} aria-hidden />}
          >
            Export
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => action.run('markdown')}>Markdown</Menu.Item>
          <Menu.Item onClick={() => action.run('patch')}>Patch of the files</Menu.Item>
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
