import type { Change } from '#contract'
import { valueWords } from '../../stores/plan-view.ts'
import { Age } from '../../ui/age.tsx'
import { WhereFrom } from '../blame/where-from.tsx'
import styles from './changes.module.css'

/** Where the declared fields can be traced to: an app at a commit. */
export type FieldSource = { readonly appId: string; readonly revision: string }

/** The five sets of one object, each under what it means. */
export function ChangeFields({
  change,
  source,
}: {
  readonly change: Change
  readonly source: FieldSource | undefined
}) {
  const { fields, contested, undeclared, ignored } = change
  const whereFrom = (path: string) =>
    source === undefined || change.action === 'prune' ? null : (
      <WhereFrom request={{ ...source, key: change.key, path, live: true }} />
    )
  if (fields.length + contested.length + undeclared.length + ignored.length === 0)
    return <p className="dim">The whole object.</p>
  return (
    <table className={styles.fields}>
      <thead className="unseen">
        <tr>
          <th>Field</th>
          <th>Value</th>
          <th>Owner</th>
        </tr>
      </thead>
      <tbody>
        {fields.map((field) => (
          <tr key={`f ${field.path}`}>
            <td className="mono">
              {field.path} {whereFrom(field.path)}
            </td>
            <td>
              {field.redacted === true ? (
                <em>secret, changed</em>
              ) : (
                <Arrow before={field.before} after={field.after} />
              )}
            </td>
            <td />
          </tr>
        ))}
        {contested.map((field) => (
          <tr key={`c ${field.path} ${field.manager}`} data-set="contested">
            <td className="mono">
              {field.path} {whereFrom(field.path)}
            </td>
            <td>
              <Arrow before={field.before} after={field.after} />
            </td>
            <td>
              set by <b>{field.manager}</b>
              {field.at === undefined ? null : (
                <>
                  , at or before <Age at={field.at} suffix=" ago" />
                </>
              )}
              : {field.overrule ? 'may be overruled' : 'a controller, never overruled'}
            </td>
          </tr>
        ))}
        {undeclared.map((field) => (
          <tr key={`u ${field.path} ${field.manager}`} data-set="undeclared">
            <td className="mono">{field.path}</td>
            <td className="mono">{valueWords(field.value)}</td>
            <td>
              not in Git, set by <b>{field.manager}</b>
              {field.at === undefined ? null : (
                <>
                  , at or before <Age at={field.at} suffix=" ago" />
                </>
              )}
              : left as it is
            </td>
          </tr>
        ))}
        {ignored.map((field) => (
          <tr key={`i ${field.path}`} data-set="ignored">
            <td className="mono">{field.path}</td>
            <td />
            <td className="dim">no drift: {field.reason}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Arrow({ before, after }: { readonly before?: unknown; readonly after?: unknown }) {
  return (
    <span className="mono">
      <del className={styles.before}>{valueWords(before)}</del>
      <span className="faint"> → </span>
      <ins className={styles.after}>{valueWords(after)}</ins>
    </span>
  )
}
