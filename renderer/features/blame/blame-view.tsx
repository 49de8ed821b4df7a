import { ActionIcon, CopyButton } from '@mantine/core'
import { IconCheck, IconCopy } from '@tabler/icons-react'
import { Fragment } from 'react'
import type { Blame, LiveField, Origin } from '#contract'
import { originWords, placeText } from '../../stores/blames.ts'
import { toHash } from '../../stores/route.ts'
import { Age } from '../../ui/age.tsx'
import { Note } from '../../ui/note.tsx'
import styles from './blame.module.css'

/** The places of a field with their commits; what could not be proved is said. */
export function BlameView({ blame, appId }: { readonly blame: Blame; readonly appId: string }) {
  const { path, value, origins, notes, live } = blame
  const proved = origins.filter(({ certainty }) => certainty === 'proved')
  const possible = origins.filter(({ certainty }) => certainty === 'possible')
  return (
    <div className={styles.view}>
      <p className={styles.field}>
        <code className="mono">{path}</code>
        {value === undefined ? null : <code className={styles.value}>{value}</code>}
      </p>
      <ol className={styles.origins} aria-label="Origins">
        {proved.map((origin, index) => (
          <Fragment key={placeText(origin)}>
            {index === 0 ? null : (
              <li className={styles.and} aria-hidden>
                and
              </li>
            )}
            <OriginItem origin={origin} appId={appId} />
          </Fragment>
        ))}
      </ol>
      {notes.map((note) => (
        <Note key={note} tone="info">
          {note}
        </Note>
      ))}
      {possible.length === 0 ? null : (
        <ol className={styles.origins} aria-label="Possible origins">
          {possible.map((origin) => (
            <OriginItem key={placeText(origin)} origin={origin} appId={appId} />
          ))}
        </ol>
      )}
      {live === undefined ? null : <LiveLine live={live} />}
    </div>
  )
}

function OriginItem({ origin, appId }: { readonly origin: Origin; readonly appId: string }) {
  const { text, why, commit, boundary } = origin
  const place = placeText(origin)
  return (
    <li className={styles.origin} data-certainty={origin.certainty}>
      <p className={styles.place}>
        <code className="mono" title={place}>
          {place}
        </code>
        <CopyButton value={place}>
          {({ copied, copy }) => (
            <ActionIcon
              variant="subtle"
              color="gray"
              size={20}
              aria-label={copied ? 'Copied' : `Copy ${place}`}
              onClick={copy}
            >
              {copied ? <IconCheck size={13} aria-hidden /> : <IconCopy size={13} aria-hidden />}
            </ActionIcon>
          )}
        </CopyButton>
        <span className={styles.role}>{originWords(origin)}</span>
      </p>
      {text === '' ? null : <pre className={styles.text}>{text}</pre>}
      {why === undefined ? null : <p className="dim">{why}</p>}
      {commit === undefined ? null : (
        <p className={styles.commit}>
          <a href={toHash({ page: 'app', appId, tab: 'timeline', select: commit.oid })} title={commit.oid}>
            <code className="mono">{commit.oid.slice(0, 7)}</code> {commit.subject}
          </a>
          <span className="faint">
            {commit.author.name}, <Age at={commit.authoredAt} suffix=" ago" />
            {boundary === true ? ', in this commit or earlier: the clone has no history before it' : ''}
          </span>
        </p>
      )}
    </li>
  )
}

const liveStates: Readonly<Record<LiveField['state'], string>> = {
  same: 'as Git declares it',
  differs: 'otherwise than in Git',
  undeclared: 'there, and not in Git',
  absent: 'not there',
  unknown: 'not known',
}

function LiveLine({ live }: { readonly live: LiveField }) {
  const { state, value, managers, message } = live
  return (
    <div className={styles.live} data-state={state}>
      <p>
        <b>Live:</b> {liveStates[state]}{' '}
        {value === undefined ? null : <code className={styles.value}>{value}</code>}
        {message === undefined ? null : <span className="dim">{message}</span>}
      </p>
      {managers.map(({ manager, operation, subresource, at }) => (
        <p key={`${manager} ${operation} ${subresource ?? ''}`} className="dim">
          held by <b>{manager}</b> ({operation}
          {subresource === undefined ? '' : `, ${subresource}`})
          {at === undefined ? null : (
            <>
              , at or before <Age at={at} suffix=" ago" />
            </>
          )}
        </p>
      ))}
    </div>
  )
}
