import type { Comparison } from '#contract'
import { keyText, keyWords } from '../../stores/key-text.ts'
import { DiffPanel } from '../../ui/diff-panel.tsx'
import { Empty } from '../../ui/empty.tsx'
import { Note } from '../../ui/note.tsx'
import { ChangedFields } from '../blame/changed-fields.tsx'
import { Chips } from '../timeline/timeline-rows.tsx'
import styles from './compare.module.css'

/** What differs, the meaning first. */
export function ComparisonView({
  comparison,
  appId,
  revision,
}: {
  readonly comparison: Comparison
  readonly appId: string
  /** The commit that the fields are asked about; absent = neither side is one of this app. */
  readonly revision: string | undefined
}) {
  const { from, to, changes, manifests, files, problems } = comparison
  const equal = changes.length + files.length + problems.length === 0
  return (
    <div className={styles.body}>
      <p className={styles.sides} role="status">
        <span className="mono cut">{from.words}</span>
        <span className="faint">to</span>
        <span className="mono cut">{to.words}</span>
        <span className="dim">{countWords(changes.length, files.length)}</span>
      </p>
      {problems.map((problem) => (
        <Note key={`${problem.code} ${problem.message}`} tone="warn">
          {problem.file === undefined ? '' : `${problem.file}:${problem.line ?? 1}: `}
          {problem.message}
        </Note>
      ))}
      {equal ? (
        <Empty title="Nothing differs">
          <p>Both sides render the same objects from the same files.</p>
        </Empty>
      ) : (
        <>
          <Chips changes={changes} most={40} />
          <h3>Manifests</h3>
          {changes.length === 0 && problems.length === 0 ? (
            <p className="dim">
              Nothing differs in meaning: order, spelling of quantities and defaults aside, the objects are
              equal.
            </p>
          ) : (
            <DiffPanel
              label="Manifests"
              items={manifests.map((manifest) => ({
                id: keyText(manifest.key),
                title: keyWords(manifest.key),
                before: manifest.before,
                after: manifest.after,
                above:
                  revision === undefined ? null : (
                    <ChangedFields manifest={manifest} appId={appId} revision={revision} />
                  ),
              }))}
            />
          )}
          {files.length === 0 ? null : (
            <>
              <h3>Files</h3>
              <DiffPanel
                label="Files"
                items={files.map(({ path, before, after, opaque }) => ({
                  id: path,
                  title: path,
                  before,
                  after,
                  opaque,
                }))}
              />
            </>
          )}
        </>
      )}
    </div>
  )
}

function countWords(objects: number, files: number): string {
  const plural = (count: number, word: string) => `${count} ${word}${count === 1 ? '' : 's'}`
  return `${plural(objects, 'object')}, ${plural(files, 'file')}`
}
