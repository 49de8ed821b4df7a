import type { Question } from '#contract'

export type QuestionWords = {
  readonly title: string
  readonly hint: string
  /** Of the field; none where a yes is all that is asked. */
  readonly label?: string
  /** None where nothing can be answered here. */
  readonly button?: string
  /** What the button answers where nothing is typed. */
  readonly yes?: string
  readonly again?: string
}

const kept = 'It goes to the program that asks, and is kept nowhere.'

/** A question in words for a person, by its kind. */
export function questionWords({ kind, words }: Question): QuestionWords {
  switch (kind) {
    case 'username':
      return {
        title: 'The remote asks who you are',
        hint: kept,
        label: 'User name',
        button: 'Go on',
        again: 'The answer before was refused.',
      }
    case 'password':
      return {
        title: 'The remote wants a password',
        hint: `${kept} Many hosts want a token here instead of the password of the account.`,
        label: 'Password or token',
        button: 'Sign in',
        again: 'The password before was refused.',
      }
    case 'passphrase':
      return {
        title: 'The key is locked',
        hint: kept,
        label: 'Passphrase',
        button: 'Unlock',
        again: 'The passphrase before does not open the key.',
      }
    case 'host-key':
      return {
        title: 'This host is not known yet',
        hint: 'Compare the fingerprint with what who runs the host publishes. If you go on, ssh remembers the host in known_hosts.',
        button: 'It is the right host',
        yes: 'yes',
      }
    case 'confirm':
      return { title: 'A key is to be used', hint: words, button: 'Allow it', yes: 'yes' }
    case 'touch':
      return { title: 'Touch your security key', hint: words }
    case 'other':
      return { title: 'Something more is asked', hint: words, label: 'Answer', button: 'Go on' }
    default:
      return kind satisfies never
  }
}
