import { Button } from '@mantine/core'
import { IconChevronDown, IconChevronRight, IconEqual } from '@tabler/icons-react'
import { useId, useState } from 'react'
import type { Failure, ImageUpgrade, SourceFound } from '#contract'
import { assertNever, errorText } from '#contract'
import { upgradeWords } from '../../stores/upgrade-words.ts'
import { FailureView } from '../../ui/failure-view.tsx'
import { Note } from '../../ui/note.tsx'
import { Sha } from '../../ui/sha.tsx'
import { useAction } from '../../ui/use-action.ts'
import { useStores } from '../../ui/use-stores.ts'
import { NameSource } from './name-source.tsx'
import { SourceCommitList } from './source-commit-list.tsx'
import styles from './upgrade.module.css'

type Props = {
  readonly appId: string
  readonly upgrade: ImageUpgrade
  /** The only one: a short list is then shown at once. */
  readonly alone: boolean
  readonly onFetched: () => void
}

/** One image that changes its version: its source commits, or why they are not known and what can be done. */
export function UpgradeItem(props: Props) {
  const { found } = props.upgrade
  switch (found.kind) {
    case 'commits':
      return <Known {...props} found={found} />
    case 'unnamed':
      return <Unnamed {...props} />
    case 'unknown':
      return <Unknown {...props} found={found} />
    default:
      return assertNever(found)
  }
}

/** More commits than these begin folded. */
const shortList = 8

function Known({
  upgrade,
  alone,
  found,
}: Props & { readonly found: Extract<SourceFound, { readonly kind: 'commits' }> }) {
  const [open, setOpen] = useState(alone && found.brought.total + found.takenBack.total <= shortList)
  const id = useId()
  if (found.direction === 'same')
    return (
      <li className={`${styles.upgrade} ${styles.plain}`}>
        <IconEqual size={15} aria-hidden /> {upgradeWords(upgrade)} <Sha oid={found.to.commit} />
      </li>
    )
  const Icon = open ? IconChevronDown : IconChevronRight
  const both = found.direction === 'diverged'
  return (
    <li className={styles.upgrade}>
      <button
        type="button"
        className={styles.head}
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setOpen(!open)}
      >
        <Icon size={15} aria-hidden />
        {upgradeWords(upgrade)}
      </button>
      {open ? (
        <div className={styles.body} id={id}>
          <p className="dim">
            <Sha oid={found.from.commit} /> ({found.from.how}) → <Sha oid={found.to.commit} /> ({found.to.how}
            ){placesWords(upgrade)}
          </p>
          {found.cut ? (
            <Note tone="warn">
              The source clone is shallow: there may be more. Deepen it in Repositories.
            </Note>
          ) : null}
          {both ? (
            <Note tone="info">These versions went apart: neither has all commits of the other.</Note>
          ) : null}
          <SourceCommitList side="brought" list={found.brought} titled={both} />
          <SourceCommitList side="takenBack" list={found.takenBack} titled={both} />
        </div>
      ) : null}
    </li>
  )
}

function placesWords({ places }: ImageUpgrade): string {
  return places.length < 2
    ? ''
    : `, in ${places.map(({ key, container }) => `${key.name}/${container}`).join(', ')}`
}

function Unnamed({ appId, upgrade }: Props) {
  const [naming, setNaming] = useState(false)
  return (
    <li className={styles.upgrade}>
      <div className={styles.plain}>
        <span className="grow">
          {upgradeWords(upgrade)}{' '}
          <span className="dim">no source clone is named, so its commits are not known.</span>
        </span>
        {naming ? null : (
          <Button variant="default" size="xs" onClick={() => setNaming(true)}>
            Name its source clone
          </Button>
        )}
      </div>
      {naming ? <NameSource appId={appId} image={upgrade.image} onDone={() => setNaming(false)} /> : null}
    </li>
  )
}

function Unknown({
  appId,
  upgrade,
  found,
  onFetched,
}: Props & { readonly found: Extract<SourceFound, { readonly kind: 'unknown' }> }) {
  const { link, route } = useStores()
  const [naming, setNaming] = useState(false)
  const { clone, failure, lookedFor } = found
  const fetchIt = useAction(async () => {
    if (clone !== undefined) await link.client.call('clones.fetch', { cloneId: clone.id })
    onFetched()
  })
  const elsewhere = failure.action === 'trust-clone'
  const canFetch = clone?.remote === true && failure.code === 'SOURCE_VERSION_MISSING'
  return (
    <li className={styles.upgrade}>
      <div className={styles.plain}>{upgradeWords(upgrade)}</div>
      <div className={styles.body}>
        <Note tone="warn">
          <strong>{titleOf(failure)}</strong>
          <p>{failure.message}</p>
          <p className="dim">
            {failure.hint} <span className="faint">{failure.code}</span>
          </p>
        </Note>
        {lookedFor.length === 0 ? null : (
          <p className="faint">
            Looked {clone === undefined ? '' : `in ${clone.name} `}for {lookedFor.join(', ')}.
          </p>
        )}
        <span className="spread">
          {canFetch && clone.trusted ? (
            <Button variant="default" size="xs" loading={fetchIt.state === 'running'} onClick={fetchIt.run}>
              Fetch {clone.name}
            </Button>
          ) : null}
          {canFetch && !clone.trusted ? (
            <Button variant="default" size="xs" onClick={() => route.go({ page: 'repositories' })}>
              Trust {clone.name} to fetch it
            </Button>
          ) : null}
          {elsewhere ? (
            <Button variant="default" size="xs" onClick={() => route.go({ page: 'repositories' })}>
              Open repositories
            </Button>
          ) : null}
          {naming ? null : (
            <Button variant="subtle" color="gray" size="xs" onClick={() => setNaming(true)}>
              Change its source
            </Button>
          )}
        </span>
        {fetchIt.failure === undefined ? null : <FailureView failure={fetchIt.failure} />}
      </div>
      {naming ? <NameSource appId={appId} image={upgrade.image} onDone={() => setNaming(false)} /> : null}
    </li>
  )
}

function titleOf({ code }: Failure): string {
  return code in errorText ? errorText[code as keyof typeof errorText].title : code
}
