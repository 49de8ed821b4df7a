import { Button, TextInput } from '@mantine/core'
import { IconFolderOpen } from '@tabler/icons-react'
import { useEffect, useMemo, useState } from 'react'
import { useStore } from 'zustand'
import { createAsk } from '../../stores/ask.ts'
import { valueOf } from '../../stores/load.ts'
import { FailureView } from '../../ui/failure-view.tsx'
import page from '../../ui/page.module.css'
import { Card } from '../../ui/page.tsx'
import { useAction } from '../../ui/use-action.ts'
import { useStores, useWorkspace } from '../../ui/use-stores.ts'

/** Adds a clone: by its path, by the system's dialog where there is one, or from the usual places. */
export function AddClone() {
  const { link, about, route } = useStores()
  const { clones } = useWorkspace()
  const canPick = valueOf(useStore(about.store))?.canPickFolder === true
  const suggestions = useMemo(() => createAsk(link, 'clones.suggest'), [link])
  const suggested = valueOf(useStore(suggestions.store)) ?? []
  const [path, setPath] = useState('')
  useEffect(() => void suggestions.ask({}), [suggestions])
  const add = useAction(async (folder: string) => {
    const clone = await link.client.call('clones.add', { path: folder })
    setPath('')
    route.go({ page: 'repositories', cloneId: clone.id })
  })
  const pick = useAction(async () => {
    const picked = await link.client.call('clones.pick', {})
    if (picked.path !== undefined) add.run(picked.path)
  })
  const fresh = suggested.filter((one) => !clones.some((clone) => clone.path === one.path)).slice(0, 8)
  const failure = add.failure ?? pick.failure
  return (
    <Card title="Add a clone">
      <form
        className={page.buttons}
        onSubmit={(event) => {
          event.preventDefault()
          if (path.trim() !== '') add.run(path.trim())
        }}
      >
        <TextInput
          className="grow"
          aria-label="Path of a clone"
          placeholder="/home/you/src/config"
          spellCheck={false}
          value={path}
          onChange={(event) => setPath(event.currentTarget.value)}
        />
        <Button type="submit" loading={add.state === 'running'} disabled={path.trim() === ''}>
          Add clone
        </Button>
        {canPick ? (
          <Button variant="default" leftSection={<IconFolderOpen size={14} aria-hidden />} onClick={pick.run}>
            Choose a folder
          </Button>
        ) : null}
      </form>
      {failure === undefined ? null : <FailureView failure={failure} />}
      {fresh.length === 0 ? null : (
        <>
          <p className="dim">Found in the usual places (names only, nothing was opened):</p>
          <ul className={page.rows} aria-label="Suggested clones">
            {fresh.map((one) => (
              <li key={one.path}>
                <b>{one.name}</b>
                <span className="grow cut dim" title={one.path}>
                  {one.path}
                </span>
                <Button variant="default" onClick={() => add.run(one.path)}>
                  Add {one.name}
                </Button>
              </li>
            ))}
          </ul>
        </>
      )}
    </Card>
  )
}
