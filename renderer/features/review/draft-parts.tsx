import type { Draft } from '#contract'
import { keyText, keyWords } from '../../stores/key-text.ts'
import { DiffPanel } from '../../ui/diff-panel.tsx'
import styles from './review.module.css'

/** The draft in files and in manifests. */
export function DraftParts({ draft }: { readonly draft: Draft }) {
  return (
    <>
      {draft.edits.length === 0 ? null : (
        <ul className={styles.edits} aria-label="Edits">
          {draft.edits.map(({ key, source, before, after, words }) => (
            <li key={keyText(key)}>
              <b>{keyWords(key)}</b> {before} → {after}{' '}
              <code className="mono">
                {source.file}:{source.line}
              </code>{' '}
              <span className="dim">{words}</span>
            </li>
          ))}
        </ul>
      )}
      <h2 className={styles.heading}>
        Files <span className="faint">{draft.files.length}</span>
      </h2>
      <DiffPanel
        label="Files"
        items={draft.files.map(({ path, before, after, opaque }) => ({
          id: path,
          title: path,
          before,
          after,
          opaque,
        }))}
      />
      <h2 className={styles.heading}>
        Manifests <span className="faint">{draft.manifests.length}</span>
      </h2>
      <DiffPanel
        label="Manifests"
        items={draft.manifests.map(({ key, before, after }) => ({
          id: keyText(key),
          title: keyWords(key),
          before,
          after,
        }))}
      />
    </>
  )
}
