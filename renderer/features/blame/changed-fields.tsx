import type { ManifestDiff } from '#contract'
import styles from './blame.module.css'
import { WhereFrom } from './where-from.tsx'

/** The fields of an object that differ, each with the way to its lines. Nothing where the object is new or gone. */
export function ChangedFields({
  manifest,
  appId,
  revision,
}: {
  readonly manifest: Pick<ManifestDiff, 'key' | 'fields'>
  readonly appId: string
  readonly revision: string
}) {
  const { key, fields = [] } = manifest
  if (fields.length === 0) return null
  return (
    <ul className={styles.fields} aria-label={`Changed fields of ${key.kind}/${key.name}`}>
      {fields.map((path) => (
        <li key={path}>
          <code className="mono" title={path}>
            {path}
          </code>
          <WhereFrom request={{ appId, key, path, revision }} />
        </li>
      ))}
    </ul>
  )
}
