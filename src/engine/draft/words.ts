import type { Commit, Draft, DraftAction, EditPlace, ObjectName, RenderedChange } from '#contract'
import { assertNever } from '#contract'
import { displayKey } from '#core'

export type MessageInput = {
  readonly appName: string
  /** Apps that return in the same commit. */
  readonly alongside?: NonNullable<Draft['along']>
  readonly action: DraftAction
  /** The commits that the action names, in its order. */
  readonly commits: readonly Commit[]
  readonly changes: readonly RenderedChange[]
  readonly edits: readonly EditPlace[]
}
export type DraftMessage = {
  readonly subject: string
  readonly body: string
  readonly trailers: readonly string[]
}

const shownChanges = 20

/** The proposed commit message: what it does, what changes in rendered terms, and trailers for machines (git.md, "Landing it"). */
export function proposeMessage(input: MessageInput): DraftMessage {
  const rendered = input.changes.slice(0, shownChanges).map((change) => `- ${describe(change)}`)
  const more =
    input.changes.length > shownChanges ? [`- and ${input.changes.length - shownChanges} more`] : []
  const reverted = input.action.kind === 'undo' ? input.action.commits.map(revertLine(input.action)) : []
  const lines = [
    ...reverted,
    ...(reverted.length > 0 && rendered.length > 0 ? [''] : []),
    ...rendered,
    ...more,
    ...(input.alongside ?? []).flatMap(({ name, words }) =>
      words.slice(0, 5).map((line) => `- ${name}: ${line}`),
    ),
  ]
  return { subject: subjectOf(input), body: lines.join('\n'), trailers: trailersOf(input) }
}

/** Git's own words say that a commit is gone whole. */
function revertLine(part: { readonly paths?: unknown; readonly objects?: unknown }): (oid: string) => string {
  const whole = part.paths === undefined && part.objects === undefined
  return (oid) => (whole ? `This reverts commit ${oid}.` : `This takes back a part of commit ${oid}.`)
}

function subjectOf({ appName, alongside = [], action, commits, edits }: MessageInput): string {
  switch (action.kind) {
    case 'return':
      return `Return ${what(appName, action.path, alongside)} to ${short(action.commit)}${commits[0] === undefined ? '' : ` "${clip(commits[0].subject)}"`}`
    case 'undo':
      return commits.length === 1
        ? `Undo "${clip(commits[0]?.subject ?? '')}" for ${appName}${only(action.objects)}`
        : `Undo ${commits.length} commits for ${appName}${only(action.objects)}`
    case 'undo-range':
      return `Undo ${short(action.from)}..${short(action.to)} for ${appName}${only(action.objects)}`
    case 'scale':
      return `Scale ${appName}: ${edits.map(({ words }) => words).join(', ') || action.edits.map(({ key, replicas }) => `${key.name} to ${replicas}`).join(', ')}`
    default:
      return assertNever(action)
  }
}

function only(objects: readonly ObjectName[] = []): string {
  if (objects.length === 0) return ''
  const names = objects.slice(0, 2).map(({ kind, name }) => `${kind}/${name}`)
  return `: ${names.join(', ')}${objects.length > 2 ? ` and ${objects.length - 2} more` : ''}`
}

function what(appName: string, path: string | undefined, alongside: NonNullable<Draft['along']>): string {
  const folder = path?.replace(/^\.\/+|\/+$/g, '')
  if (folder !== undefined) return folder === '' || folder === '.' ? 'everything' : `${folder}/`
  if (alongside.length > 2) return `${appName} and ${alongside.length} other apps`
  return [appName, ...alongside.map(({ name }) => name)].join(', ')
}

function trailersOf({ appName, alongside = [], action }: MessageInput): readonly string[] {
  const verb = action.kind === 'undo-range' ? 'undo' : action.kind
  const about = (() => {
    switch (action.kind) {
      case 'return':
        return [`Wheelhouse-Returns-To: ${action.commit}`]
      case 'undo':
        return action.commits.map((oid) => `Wheelhouse-Reverts: ${oid}`)
      case 'undo-range':
        return [`Wheelhouse-Reverts: ${action.from}..${action.to}`]
      case 'scale':
        return []
      default:
        return assertNever(action)
    }
  })()
  const names = [appName, ...alongside.map(({ name }) => name)]
  return [...names.map((name) => `Wheelhouse-App: ${name}`), `Wheelhouse-Action: ${verb}`, ...about]
}

function describe(change: RenderedChange): string {
  const name = displayKey(change.key)
  if (change.kind === 'added') return `${name}: added`
  return change.kind === 'removed' ? `${name}: removed` : `${name}: ${change.words.join(', ')}`
}

function short(oid: string): string {
  return oid.slice(0, 7)
}

function clip(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}
