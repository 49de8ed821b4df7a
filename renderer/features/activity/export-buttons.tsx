import { Button } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { useAction } from '../../ui/use-action.ts'
import { saveText } from '../../ui/save-text.ts'
import { useStores } from '../../ui/use-stores.ts'

const endings = { markdown: 'md', json: 'json' } as const

/** The record of what was done, as a file. */
export function ExportButtons({ appId }: { readonly appId?: string }) {
  const { link } = useStores()
  const action = useAction(async (format: 'markdown' | 'json') => {
    const { text } = await link.client.call('operations.export', {
      format,
      ...(appId === undefined ? {} : { appId }),
    })
    saveText(text, `wheelhouse-activity.${endings[format]}`)
  })
  return (
    <div className="spread">
      {action.failure === undefined ? null : (
        <span role="alert" data-tone="bad">
          {action.failure.message}
        </span>
      )}
      {(['markdown', 'json'] as const).map((format) => (
        <Button
          key={format}
          variant="default"
          leftSection={<IconDownload size={14} aria-hidden />}
          onClick={() => action.run(format)}
        >
          Export {format === 'markdown' ? 'Markdown' : 'JSON'}
        </Button>
      ))}
    </div>
  )
}
