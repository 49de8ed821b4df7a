import { Button } from '@mantine/core'
import { IconRotate } from '@tabler/icons-react'
import { useState } from 'react'
import type { ReactNode } from 'react'
import type { ManifestDiff, ObjectName } from '#contract'
import { keyText, keyWords } from '../../stores/key-text.ts'
import { togglePicked } from '../../stores/picked.ts'
import type { Picked } from '../../stores/picked.ts'
import { DiffPanel } from '../../ui/diff-panel.tsx'

/** The objects that a commit changed; some of them can be undone alone. */
export function CommitObjects({
  manifests,
  above,
  onUndo,
}: {
  readonly manifests: readonly ManifestDiff[]
  /** Stands over the diff of an object. */
  readonly above: (manifest: ManifestDiff) => ReactNode
  /** Undefined where nothing can be undone here. */
  readonly onUndo: ((objects: readonly ObjectName[]) => void) | undefined
}) {
  const [ticked, setTicked] = useState<Picked>(new Set())
  const chosen = manifests.filter(({ key }) => ticked.has(keyText(key)))
  const names = chosen.map(({ key: { kind, name, namespace } }) => ({ kind, name, namespace }))
  return (
    <>
      <div className="spread">
        <h3 className="grow">Manifests</h3>
        {onUndo === undefined || chosen.length === 0 ? null : (
          <Button
            variant="default"
            size="xs"
            leftSection={<IconRotate size={14} aria-hidden />}
            onClick={() => onUndo(names)}
          >
            {chosen.length === 1 ? 'Undo this object' : `Undo these ${chosen.length} objects`}
          </Button>
        )}
      </div>
      <DiffPanel
        label="Manifests"
        items={manifests.map((one) => ({
          id: keyText(one.key),
          title: keyWords(one.key),
          before: one.before,
          after: one.after,
          above: above(one),
        }))}
        {...(onUndo === undefined || manifests.length < 2
          ? {}
          : { ticks: { ticked, onTick: (id: string) => setTicked(togglePicked(ticked, id)) } })}
      />
    </>
  )
}
