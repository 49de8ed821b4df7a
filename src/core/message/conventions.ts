import type { MessageConventions } from '#contract'

export type Wording = {
  readonly subject: string
  readonly body: string
  readonly trailers: readonly string[]
}
export type WordingContext = {
  readonly appName: string
  readonly action: string
  /** Who commits, as Git is configured. */
  readonly identity: { readonly name: string; readonly email: string }
}

/** Stands where the operator has to put something: a subject that still has it is not landed. */
export const ticketMark = '{ticket}'

/** Actions as the types of Conventional Commits 1.0.0: what takes something back is a `revert`, the rest is upkeep. */
const types: Readonly<Record<string, string>> = { return: 'revert', undo: 'revert', 'undo-range': 'revert' }

/**
 * A proposed message in the words of the team: the subject as Conventional Commits want it, then in the team's template, and the trailers of
 * those who sign off or take part. Trailers of ours stay as they are, since machines read them.
 */
export function applyConventions(
  message: Wording,
  conventions: MessageConventions,
  context: WordingContext,
): Wording {
  const { appName, action, identity } = context
  const spoken = conventions.conventional
    ? `${types[action] ?? 'chore'}(${scopeOf(appName)}): ${lowerFirst(message.subject)}`
    : message.subject
  const template = conventions.template.includes('{subject}') ? conventions.template : '{subject}'
  const values: Readonly<Record<string, string>> = {
    '{subject}': spoken,
    '{app}': appName,
    '{action}': action,
  }
  const subject = template.replace(/\{(subject|app|action)\}/g, (mark) => values[mark] ?? mark)
  const me = `${identity.name} <${identity.email}>`
  const others = conventions.coAuthors.filter((one) => one !== me)
  return {
    subject,
    body: message.body,
    trailers: [
      ...message.trailers,
      ...others.map((one) => `Co-authored-by: ${one}`),
      ...(conventions.signOff ? [`Signed-off-by: ${me}`] : []),
    ],
  }
}

/** What keeps conventions from being saved, in words; undefined = they are fine. */
export function conventionProblem({ template, coAuthors }: MessageConventions): string | undefined {
  if (!template.includes('{subject}')) return 'The template of the subject has no {subject} in it.'
  if (/[\r\n]/.test(template)) return 'The template of the subject is more than one line.'
  const [unknown] = template.match(/\{[^}]*\}/g)?.filter((mark) => !known.has(mark)) ?? []
  if (unknown !== undefined) return `The template of the subject has ${unknown}, which means nothing here.`
  const odd = coAuthors.find((one) => !/^[^<>\r\n]+ <[^<>\s@]+@[^<>\s@]+>$/.test(one))
  return odd === undefined ? undefined : `"${odd}" is no co-author: write Name <name@example.com>.`
}

const known = new Set(['{subject}', '{app}', '{action}', ticketMark])

/** A scope is a noun without brackets and spaces. */
function scopeOf(appName: string): string {
  return appName.replace(/[\s()]+/g, '-')
}

function lowerFirst(text: string): string {
  return `${text.charAt(0).toLowerCase()}${text.slice(1)}`
}
