import { IconGitMerge } from '@tabler/icons-react'
import type { SourceCommits } from '#contract'
import { Age } from '../../ui/age.tsx'
import { Sha } from '../../ui/sha.tsx'
import styles from './upgrade.module.css'

const sides = {
  brought: { sign: '+', title: 'Come with it' },
  takenBack: { sign: '−', title: 'Go away' },
} as const

/** Source commits of one side, newest first; the list is capped, and says how many it leaves out. */
export function SourceCommitList({
  side,
  list,
  titled,
}: {
  readonly side: keyof typeof sides
  readonly list: SourceCommits
  readonly titled: boolean
}) {
  const { sign, title } = sides[side]
  const left = list.total - list.commits.length
  if (list.total === 0) return null
  return (
    <>
      {titled ? <h4 className={styles.side}>{title}</h4> : null}
      {/* The list scrolls by itself, so that it must be reachable by keyboard. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <ul className={styles.commits} aria-label={title} tabIndex={0}>
        {list.commits.map(({ oid, subject, author, parents, committedAt }) => (
          <li key={oid} className={styles.commit}>
            <span className={styles.sign} data-side={side} aria-hidden>
              {sign}
            </span>
            <Sha oid={oid} />
            <span className="cut" title={subject}>
              {parents.length > 1 ? <IconGitMerge size={13} role="img" aria-label="Merge" /> : null} {subject}
            </span>
            <span className={`${styles.by} cut`} title={`${author.name} <${author.email}>`}>
              {author.name}, <Age at={committedAt} />
            </span>
          </li>
        ))}
      </ul>
      {left > 0 ? <p className="faint">and {left} older</p> : null}
    </>
  )
}
