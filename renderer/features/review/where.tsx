import { SegmentedControl } from '@mantine/core'
import { LandingMode } from '#contract'
import type { Draft } from '#contract'
import { useStores } from '../../ui/use-stores.ts'
import styles from './review.module.css'

/** Where the commit goes, as the operator chooses it, and what it means for the branch and its pull request. */
export function Where({ draft: { landing, signing } }: { readonly draft: Draft }) {
  const { review } = useStores()
  const choose = (value: string) => {
    const mode = LandingMode.options.find((one) => one === value)
    if (mode !== undefined) void review.choose({ landing: mode })
  }
  return (
    <div className={styles.where}>
      <span className={styles.label}>Where it goes</span>
      <SegmentedControl
        size="xs"
        fullWidth
        aria-label="Where it goes"
        value={landing.mode}
        onChange={choose}
        data={[
          { value: 'push', label: landing.remote === undefined ? 'Push' : `Push to ${landing.remote}` },
          { value: 'pull-request', label: 'Pull request' },
          { value: 'local', label: 'Local only' },
        ]}
      />
      {landing.proposal === undefined ? null : <Proposal landing={landing} proposal={landing.proposal} />}
      {landing.pushesTo === undefined || landing.mode === 'local' ? null : (
        <p className="dim">
          Git is configured to push to <code className="mono">{landing.pushesTo}</code>, not to{' '}
          <code className="mono">{landing.remote}</code>.
        </p>
      )}
      <p className="dim">
        On {landing.branch} @ <code className="mono">{landing.base.slice(0, 7)}</code>.{' '}
        {sentence(landing.local.words)}
      </p>
      {signing === undefined ? null : <Signed signing={signing} />}
    </div>
  )
}

const formats = { openpgp: 'gpg', x509: 'x509', ssh: 'ssh' } as const

function Signed({ signing: { format, key } }: { readonly signing: NonNullable<Draft['signing']> }) {
  return (
    <p className="dim">
      Will be signed with{' '}
      {key === undefined ? (
        `${formats[format]}: the key of your e-mail address.`
      ) : (
        <>
          {formats[format]}: <code className="mono">{shortKey(key)}</code>
        </>
      )}
    </p>
  )
}

/** A public key may stand in the configuration itself: its kind and name are enough. */
function shortKey(key: string): string {
  return key.length > 60 ? `${key.slice(0, 24)} … ${key.slice(-24)}` : key
}

function Proposal({
  landing,
  proposal,
}: {
  readonly landing: Draft['landing']
  readonly proposal: NonNullable<Draft['landing']['proposal']>
}) {
  return (
    <p className={styles.proposal}>
      <code className="mono">
        {proposal.remote}/{proposal.branch}
      </code>{' '}
      is pushed, to be merged into{' '}
      <code className="mono">
        {landing.remote}/{landing.branch}
      </code>
      .{' '}
      {proposal.site === undefined
        ? 'Open the pull request where that remote is hosted: its address does not tell where that is.'
        : `Then the page that opens the pull request on ${proposal.site} is one click away.`}
    </p>
  )
}

function sentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}${words.endsWith('.') ? '' : '.'}`
}
