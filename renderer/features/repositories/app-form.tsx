import { Button, Select, TextInput } from '@mantine/core'
import { useEffect, useMemo, useState } from 'react'
import { useStore } from 'zustand'
import { withSources } from '#contract'
import type { AppSpec } from '#contract'
import { createAsk } from '../../stores/ask.ts'
import { valueOf } from '../../stores/load.ts'
import { FailureView } from '../../ui/failure-view.tsx'
import page from '../../ui/page.module.css'
import { useAction } from '../../ui/use-action.ts'
import { useStores, useWorkspace } from '../../ui/use-stores.ts'
import { SourceList } from '../upgrade/source-list.tsx'

const tools = ['plain', 'kustomize', 'helm'] as const

/** A proposal, or with `appId` an app, to be looked over: name, path, tool, branch, where it goes and what it is built from. */
export function AppForm({
  spec,
  appId,
  onDone,
}: {
  readonly spec: AppSpec
  readonly appId?: string
  readonly onDone: () => void
}) {
  const { link } = useStores()
  const { contexts } = useWorkspace()
  const branches = useMemo(() => createAsk(link, 'clones.branches'), [link])
  const known = valueOf(useStore(branches.store)) ?? [spec.branch]
  const [draft, setDraft] = useState(spec)
  const [namespace, setNamespace] = useState(spec.destination?.namespace ?? 'default')
  const context = draft.destination?.context ?? null
  useEffect(() => void branches.ask({ cloneId: spec.cloneId }), [branches, spec.cloneId])
  const save = useAction(async () => {
    const { destination, ...rest } = draft
    const next = {
      ...rest,
      ...(destination === undefined ? {} : { destination: { ...destination, namespace } }),
    }
    await (appId === undefined
      ? link.client.call('apps.add', next)
      : link.client.call('apps.update', { appId, spec: next }))
    onDone()
  })
  const set = (change: Partial<AppSpec>) => setDraft({ ...draft, ...change })
  const choose = (value: string | null) => {
    const { destination: _old, ...rest } = draft
    setDraft(value === null ? rest : { ...rest, destination: { context: value, namespace } })
  }
  return (
    <form
      className={page.form}
      aria-label={`${appId === undefined ? 'Add' : 'Edit'} ${spec.name}`}
      onSubmit={(event) => {
        event.preventDefault()
        save.run()
      }}
    >
      <div className={page.two}>
        <TextInput
          label="Name"
          value={draft.name}
          onChange={(event) => set({ name: event.currentTarget.value })}
        />
        <Select
          size="xs"
          label="Tool"
          data={[...tools]}
          value={draft.tool}
          allowDeselect={false}
          onChange={(value) => set({ tool: tools.find((one) => one === value) ?? draft.tool })}
        />
      </div>
      <div className={page.two}>
        <TextInput
          label="Path"
          value={draft.path}
          onChange={(event) => set({ path: event.currentTarget.value })}
        />
        <Select
          size="xs"
          label="Branch"
          searchable
          data={known.includes(draft.branch) ? [...known] : [draft.branch, ...known]}
          value={draft.branch}
          allowDeselect={false}
          onChange={(value) => set({ branch: value ?? draft.branch })}
        />
      </div>
      {draft.helm === undefined ? null : (
        <p className="dim">
          Release {draft.helm.releaseName}, values {draft.helm.valuesFiles.join(', ') || 'of the chart'}
        </p>
      )}
      <div className={page.two}>
        <Select
          size="xs"
          label="Context"
          placeholder="none: renders only"
          clearable
          data={contexts.map(({ name }) => name)}
          value={context}
          onChange={choose}
        />
        <TextInput
          label="Namespace"
          value={namespace}
          disabled={context === null}
          onChange={(event) => setNamespace(event.currentTarget.value)}
        />
      </div>
      <SourceList spec={draft} onChange={(sources) => setDraft(withSources(draft, sources))} />
      {save.failure === undefined ? null : <FailureView failure={save.failure} />}
      <div className={page.buttons}>
        <Button type="submit" loading={save.state === 'running'}>
          {appId === undefined ? 'Add app' : 'Save app'}
        </Button>
        <Button variant="default" onClick={onDone}>
          Close
        </Button>
      </div>
    </form>
  )
}
