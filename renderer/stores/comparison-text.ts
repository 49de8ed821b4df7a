import type { Side } from '#contract'

const between = ' ... '

/** Two sides as one text for the address; `parseComparison` reads it. */
export function comparisonText(from: Side, to: Side): string {
  return `${sideText(from)}${between}${sideText(to)}`
}

export function parseComparison(
  text: string | undefined,
): { readonly from: Side; readonly to: Side } | undefined {
  const [from, to, more] = text?.split(between) ?? []
  if (from === undefined || to === undefined || from === '' || to === '' || more !== undefined)
    return undefined
  return { from: parseSide(from), to: parseSide(to) }
}

function sideText(side: Side): string {
  switch (side.kind) {
    case 'revision':
      return `rev:${side.revision}`
    case 'app':
      return `app:${side.appId}${side.revision === undefined ? '' : `@${side.revision}`}`
    default:
      return side.kind
  }
}

function parseSide(text: string): Side {
  if (text === 'live' || text === 'worktree' || text === 'index') return { kind: text }
  const [, appId, revision] = /^app:([^@]+)(?:@(.+))?$/.exec(text) ?? []
  if (appId !== undefined) return { kind: 'app', appId, ...(revision === undefined ? {} : { revision }) }
  return { kind: 'revision', revision: text.replace(/^rev:/, '') }
}

/** Who else may be a side: the apps by name. */
export type Names = readonly { readonly id: string; readonly name: string }[]

const words = { live: 'live', worktree: 'work tree', index: 'index' } as const

/** A side as the field shows it; what `typedSide` makes of it is the side again. */
export function sideWords(side: Side, apps: Names): string {
  switch (side.kind) {
    case 'revision':
      return /^[0-9a-f]{40,64}$/.test(side.revision) ? side.revision.slice(0, 7) : side.revision
    case 'app':
      return `app ${apps.find(({ id }) => id === side.appId)?.name ?? side.appId}${side.revision === undefined ? '' : ` @ ${side.revision}`}`
    default:
      return words[side.kind]
  }
}

/** What was chosen or typed: a side's word, `app NAME`, a commit of the list (`1a2b3c4 subject`), else a revision for git. */
export function typedSide(text: string, apps: Names): Side | undefined {
  const typed = text.trim()
  if (typed === '') return undefined
  const kinds = ['live', 'worktree', 'index'] as const
  const kind = kinds.find((one) => words[one] === typed)
  if (kind !== undefined) return { kind }
  const [, name, revision] = /^app (.+?)(?: @ (.+))?$/.exec(typed) ?? []
  const app = apps.find((one) => one.name === name)
  if (app !== undefined)
    return { kind: 'app', appId: app.id, ...(revision === undefined ? {} : { revision }) }
  const [, oid] = /^([0-9a-f]{7,64}) /.exec(typed) ?? []
  return { kind: 'revision', revision: oid ?? typed }
}
