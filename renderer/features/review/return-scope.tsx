import { MultiSelect, Select } from '@mantine/core'
import type { Draft, DraftRequest } from '#contract'
import { foldersAbove, neighboursOf } from '../../stores/return-scope.ts'
import { Card } from '../../ui/page.tsx'
import { useApp, useStores, useWorkspace } from '../../ui/use-stores.ts'
import styles from './review.module.css'

const alone = 'this app'

/** How far a return reaches: this app, some others with it, or a whole folder. */
export function ReturnScope({
  request,
  draft,
}: {
  readonly request: DraftRequest
  readonly draft: Draft | undefined
}) {
  const { review } = useStores()
  const { apps } = useWorkspace()
  const app = useApp(request.appId)
  const { action } = request
  if (action.kind !== 'return' || app === undefined) return null
  const { commit } = action
  const neighbours = neighboursOf(apps, app)
  const folders = foldersAbove(app.spec.path)
  if (neighbours.length === 0 && folders.length === 0) return null
  return (
    <Card title="How far it reaches">
      <div className={styles.scope}>
        <Select
          size="xs"
          label="Returns"
          allowDeselect={false}
          value={action.path ?? alone}
          data={[
            { value: alone, label: `What belongs to ${app.spec.name}` },
            ...folders.map((path) => ({
              value: path,
              label: path === '.' ? 'The whole clone' : `The whole folder ${path}/`,
            })),
          ]}
          onChange={(value) =>
            void review.choose({
              action: {
                kind: 'return',
                commit,
                ...(value === null || value === alone ? {} : { path: value }),
              },
            })
          }
        />
        {action.path !== undefined || neighbours.length === 0 ? null : (
          <MultiSelect
            size="xs"
            label="Other apps that return in the same commit"
            placeholder={(action.apps ?? []).length === 0 ? 'none' : ''}
            searchable
            clearable
            value={[...(action.apps ?? [])]}
            data={neighbours.map(({ id, spec }) => ({ value: id, label: spec.name }))}
            onChange={(ids) =>
              void review.choose({
                action: { kind: 'return', commit, ...(ids.length === 0 ? {} : { apps: ids }) },
              })
            }
          />
        )}
      </div>
      <Along along={draft?.along ?? []} name={app.spec.name} />
    </Card>
  )
}

function Along({ along, name }: { readonly along: NonNullable<Draft['along']>; readonly name: string }) {
  if (along.length === 0) return null
  return (
    <>
      <ul className={styles.shared} aria-label="Apps that return too">
        {along.map((one) => (
          <li key={one.name}>
            <b>{one.name}</b>:{' '}
            {one.words.length === 0 ? 'no rendered change' : one.words.join(', ').replaceAll(' -> ', ' → ')}
          </li>
        ))}
      </ul>
      <p className="dim">
        The manifests and the plan below are those of {name}; sync the others on their own pages.
      </p>
    </>
  )
}
