import { SegmentedControl } from '@mantine/core'
import { useStore } from 'zustand'
import { LandingMode } from '#contract'
import type { Input, Settings } from '#contract'
import { FailureView } from '../../ui/failure-view.tsx'
import { LoadView } from '../../ui/load-view.tsx'
import { Note } from '../../ui/note.tsx'
import page from '../../ui/page.module.css'
import { Card, Page } from '../../ui/page.tsx'
import { useAction } from '../../ui/use-action.ts'
import { useStores } from '../../ui/use-stores.ts'
import { MessageFields } from './message-fields.tsx'
import { SavedText } from './saved-text.tsx'

/** What the operator may set. A change is saved as soon as its field is left. */
export function SettingsPage() {
  const { workspace, about } = useStores()
  const load = useStore(workspace.store)
  const who = useStore(about.store)
  return (
    <Page title="Settings">
      <LoadView load={load} waitsFor="Reading the settings." onRetry={workspace.start}>
        {({ settings, notices }) => (
          <>
            {notices.map((notice) => (
              <Note key={notice} tone="warn">
                {notice}
              </Note>
            ))}
            <Fields settings={settings} />
          </>
        )}
      </LoadView>
      {who.status === 'ready' ? (
        <p className="faint">
          Wheelhouse {who.value.version}, {who.value.mode} mode on {who.value.platform}
        </p>
      ) : null}
    </Page>
  )
}

function Fields({ settings }: { readonly settings: Settings }) {
  const { link } = useStores()
  const save = useAction((change: Input<'settings.update'>) => link.client.call('settings.update', change))
  const { theme, landing, fetchIntervalSeconds, kubeconfigs, gitPath, caBundle } = settings
  return (
    <>
      {save.failure === undefined ? null : <FailureView failure={save.failure} />}
      <Card title="Look">
        <SegmentedControl
          size="xs"
          aria-label="Theme"
          value={theme}
          onChange={(value) => save.run({ theme: value === 'dark' || value === 'light' ? value : 'system' })}
          data={[
            { value: 'system', label: 'As the system' },
            { value: 'light', label: 'Light' },
            { value: 'dark', label: 'Dark' },
          ]}
        />
      </Card>
      <Card title="Git">
        <div className={page.form}>
          <div>
            <p className="dim">Where a new commit goes unless you choose otherwise</p>
            <SegmentedControl
              size="xs"
              aria-label="Landing"
              value={landing}
              onChange={(value) =>
                save.run({ landing: LandingMode.options.find((mode) => mode === value) ?? 'push' })
              }
              data={[
                { value: 'push', label: 'Push to the tracked branch' },
                { value: 'pull-request', label: 'Pull request' },
                { value: 'local', label: 'Local branch only' },
              ]}
            />
          </div>
          <SavedText
            label="Fetch every (seconds)"
            value={String(fetchIntervalSeconds)}
            onSave={(text) => save.run({ fetchIntervalSeconds: Number(text) })}
          />
          <SavedText
            label="Path of git"
            value={gitPath ?? ''}
            onSave={(text) => save.run({ gitPath: text })}
          />
        </div>
      </Card>
      <Card title="Commit messages">
        <MessageFields settings={settings} onSave={save.run} />
      </Card>
      <Card title="Clusters">
        <div className={page.form}>
          <SavedText
            label="More kubeconfig files, one a line"
            multiline
            value={kubeconfigs.join('\n')}
            onSave={(text) =>
              save.run({
                kubeconfigs: text
                  .split('\n')
                  .map((line) => line.trim())
                  .filter(Boolean),
              })
            }
          />
          <SavedText
            label="CA bundle"
            value={caBundle ?? ''}
            onSave={(text) => save.run({ caBundle: text })}
          />
        </div>
      </Card>
    </>
  )
}
