import { Select, TextInput } from '@mantine/core'
import type { AppSource } from '#contract'
import page from '../../ui/page.module.css'
import { useWorkspace } from '../../ui/use-stores.ts'

/** Which clone of the workspace an image is built from, and how its tags are named where that is unusual. */
export function SourceFields({
  source,
  images,
  onChange,
}: {
  readonly source: AppSource
  /** The app's own, to choose from. */
  readonly images: readonly string[]
  readonly onChange: (source: AppSource) => void
}) {
  const { clones } = useWorkspace()
  const list = `images-of-${source.cloneId}-${source.image}`
  const set = (change: { readonly folder?: string; readonly tagName?: string }) => {
    const { folder, tagName, ...rest } = { ...source, ...change }
    onChange({ ...rest, ...(folder ? { folder } : {}), ...(tagName ? { tagName } : {}) })
  }
  return (
    <>
      <div className={page.two}>
        <TextInput
          label="Image"
          placeholder="ghcr.io/acme/web, ghcr.io/acme/* or *"
          value={source.image}
          list={list}
          onChange={(event) => onChange({ ...source, image: event.currentTarget.value.trim() })}
        />
        <Select
          size="xs"
          label="Source clone"
          placeholder="a clone of the workspace"
          data={clones.map(({ id, name }) => ({ value: id, label: name }))}
          value={clones.some(({ id }) => id === source.cloneId) ? source.cloneId : null}
          onChange={(cloneId) => onChange({ ...source, cloneId: cloneId ?? '' })}
        />
      </div>
      <datalist id={list}>
        {images.map((image) => (
          <option key={image} value={image} />
        ))}
      </datalist>
      <div className={page.two}>
        <TextInput
          label="Folder"
          placeholder="all of the clone"
          value={source.folder ?? ''}
          onChange={(event) => set({ folder: event.currentTarget.value.trim() })}
        />
        <TextInput
          label="Name of its tags"
          placeholder="as usual: 1.5, v1.5, web-1.5, …"
          title="With {tag} for the tag of the image: release-{tag}"
          value={source.tagName ?? ''}
          onChange={(event) => set({ tagName: event.currentTarget.value.trim() })}
        />
      </div>
    </>
  )
}
