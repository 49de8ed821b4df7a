import { Button } from '@mantine/core'
import { IconRotate } from '@tabler/icons-react'
import { useState } from 'react'
import type { FileDiff } from '#contract'
import { togglePicked } from '../../stores/picked.ts'
import type { Picked } from '../../stores/picked.ts'
import { DiffPanel } from '../../ui/diff-panel.tsx'

/** The files of a commit; some of them can be undone alone. */
export function CommitFiles({
  files,
  onUndo,
}: {
  readonly files: readonly FileDiff[]
  readonly onUndo: (paths: readonly string[]) => void
}) {
  const [ticked, setTicked] = useState<Picked>(new Set())
  return (
    <>
      <div className="spread">
        <h3 className="grow">Files</h3>
        {ticked.size === 0 ? null : (
          <Button
            variant="default"
            size="xs"
            leftSection={<IconRotate size={14} aria-hidden />}
            onClick={() => onUndo([...ticked])}
          >
            {ticked.size === 1 ? 'Undo this file' : `Undo these ${ticked.size} files`}
          </Button>
        )}
      </div>
      <DiffPanel
        label="Files"
        items={files.map(({ path, before, after, opaque }) => ({
          id: path,
          title: path,
          before,
          after,
          opaque,
        }))}
        {...(files.length < 2
          ? {}
          : { ticks: { ticked, onTick: (path: string) => setTicked(togglePicked(ticked, path)) } })}
      />
    </>
  )
}
