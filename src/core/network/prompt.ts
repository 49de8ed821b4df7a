import type { Question } from '#contract'

type Prompt = Pick<Question, 'kind' | 'subject'> & { readonly fingerprint?: string }

/** What ssh says of its prompt in SSH_ASKPASS_PROMPT: empty, `confirm` or `none` (nothing is awaited but a touch). */
export type PromptHint = '' | 'confirm' | 'none'

type Rule = {
  readonly pattern: RegExp
  readonly kind: Question['kind']
}

/** The words of git 2.25 to 2.54 and OpenSSH 7.6 to 10; the first group is what it is asked for. */
const rules: readonly Rule[] = [
  { pattern: /^Username for '(.*)': ?$/, kind: 'username' },
  { pattern: /^Password for '(.*)': ?$/, kind: 'password' },
  { pattern: /^Enter passphrase for (?:key )?["']?(.*?)["']?: ?$/, kind: 'passphrase' },
  { pattern: /^Enter (?:passphrase|PIN)(?: for(?: the)? (.*?))?: ?$/, kind: 'passphrase' },
  { pattern: /^Confirm user presence for key (.*)$/, kind: 'touch' },
  { pattern: /^The authenticity of host '(.*?)'? can't be established/, kind: 'host-key' },
  { pattern: /^Please type 'yes', 'no' or the fingerprint/, kind: 'host-key' },
  { pattern: /^\(?([^\s()']+@[^\s()']+?)\)?(?:'s)? (?:password|Password): ?$/, kind: 'password' },
  { pattern: /^Allow use of key (.*?)\?/, kind: 'confirm' },
]

/** What a prompt of git or ssh asks for. Words that are not known are a question whose answer is hidden while it is typed. */
export function parsePrompt(text: string, hint: PromptHint = ''): Prompt {
  const prompt = text.trim()
  for (const { pattern, kind } of rules) {
    const match = pattern.exec(prompt)
    if (match === null) continue
    const fingerprint = /\b(SHA256:[\w+/=]+|MD5:[\da-f:]+)/i.exec(prompt)?.[1]
    return {
      kind,
      subject: withoutCredentials(match[1] ?? ''),
      ...(fingerprint === undefined ? {} : { fingerprint }),
    }
  }
  if (hint === 'none') return { kind: 'touch', subject: '' }
  return { kind: hint === 'confirm' ? 'confirm' : 'other', subject: '' }
}

/** The user stays: whose password it is matters. */
function withoutCredentials(subject: string): string {
  return subject.replace(/(:\/\/[^/@:\s]+):[^/@\s]*@/, '$1@')
}
