import { IconShieldCheck, IconShieldExclamation, IconShieldQuestion, IconShieldX } from '@tabler/icons-react'
import type { Signature } from '#contract'
import styles from './timeline.module.css'

const icons = {
  good: IconShieldCheck,
  unknown: IconShieldQuestion,
  unchecked: IconShieldQuestion,
  expired: IconShieldExclamation,
  revoked: IconShieldX,
  bad: IconShieldX,
} as const satisfies Record<Exclude<Signature['status'], 'none'>, unknown>

const words = {
  good: 'Signed, and the signature is good',
  unknown: 'Signed by a key that is not known here',
  unchecked: 'Signed; not checked, since the clone is not trusted yet',
  expired: 'Signed; the signature or its key has expired',
  revoked: 'Signed by a key that was revoked',
  bad: 'The signature is bad: the commit is not what was signed',
} as const satisfies Record<Exclude<Signature['status'], 'none'>, string>

/** A small sign of how a commit is signed; nothing where it is not. */
export function SignatureIcon({ signature }: { readonly signature: Signature | undefined }) {
  if (signature === undefined || signature.status === 'none') return null
  const Icon = icons[signature.status]
  return (
    <span className={styles.signature} data-signature={signature.status} title={signatureWords(signature)}>
      <Icon size={14} role="img" aria-label={words[signature.status]} />
    </span>
  )
}

/** In full: how it is signed, by whom, with which key. */
export function signatureWords({ status, signer, key }: Signature): string {
  if (status === 'none') return 'Not signed'
  return [
    words[status],
    ...(signer === undefined ? [] : [`by ${signer}`]),
    ...(key === undefined ? [] : [`key ${key}`]),
  ].join('\n')
}
