import type { App, ImageUpgrade, SourceCommits, SourceFound, Upgrades } from '#contract'
import { assertNever } from '#contract'
import { Exit } from '../exit.ts'
import type { Output } from '../output.ts'
import { table } from '../output.ts'
import type { Session } from '../session.ts'

export type UpgradeFlags = { readonly image?: string }

/**
 * `upgrade APP [FROM TO]`: the source commits between the images of two revisions; from what is live to the tip, or what the last change
 * of an image brought, unless told. Exit 2 where a version could not be found: an answer with a gap is none to a script.
 */
export async function upgrade(
  session: Session,
  out: Output,
  appName: string | undefined,
  { words: [from, to, ...rest], flags }: { readonly words: readonly string[]; readonly flags: UpgradeFlags },
): Promise<void> {
  if (rest.length > 0 || (from !== undefined && to === undefined))
    throw new Exit(2, 'Name two revisions, or none: upgrade APP [FROM TO].')
  const app = await session.app(appName)
  const asked = from === undefined || to === undefined ? undefined : { from, to }
  const all = asked === undefined ? await readUsual(session, out, app) : await read(session, app.id, asked)
  const { image } = flags
  const upgrades = image === undefined ? all.upgrades : all.upgrades.filter((one) => isNamed(one, image))
  out.value({ ...all, upgrades })
  print({ ...all, upgrades }, out)
  if (
    all.problems.length > 0 ||
    upgrades.some(({ found }) => found.kind === 'unknown') ||
    isUnnamed(upgrades, flags)
  )
    throw new Exit(2)
}

type Ends = { readonly from: string; readonly to: string }

function read(session: Session, appId: string, ends: Ends): Promise<Upgrades> {
  return session.client.call('source.upgrades', { kind: 'revisions', appId, ...ends })
}

/** How far back the last change of an image is looked for. */
const commits = 200

/** From what was last synced to the tip, where images differ; else what the last commit that changed an image did. */
async function readUsual(session: Session, out: Output, { id: appId, spec }: App): Promise<Upgrades> {
  const { entries, problems } = await session.client.call('audit.read', { appId, limit: commits })
  for (const { code, message } of problems) out.note(`${code}: ${message}`)
  const changed = entries.flatMap((entry) => (entry.kind === 'commit' ? [entry] : []))
  const synced = entries.find((entry) => entry.kind === 'sync' && entry.record.result === 'succeeded')
  const tip = changed[0]?.commit.oid
  if (synced?.kind === 'sync' && tip !== undefined && synced.record.revision !== tip) {
    const waiting = await read(session, appId, { from: synced.record.revision, to: tip })
    if (waiting.upgrades.length > 0) return waiting
  }
  const last = changed.find(({ changes }) =>
    changes.some(({ words }) => words.some((word) => /^image \S+ ->/.test(word))),
  )
  if (last === undefined)
    throw new Exit(2, `${spec.name}: none of its last commits changed an image. Name two revisions.`)
  return session.client.call('source.upgrades', { kind: 'commit', appId, commit: last.commit.oid })
}

function isNamed({ image }: ImageUpgrade, name: string): boolean {
  return image === name || image.endsWith(`/${name}`)
}

/** Images without a source beside others are usual; where nothing else is there, nothing was answered. */
function isUnnamed(upgrades: readonly ImageUpgrade[], { image }: UpgradeFlags): boolean {
  if (upgrades.length === 0) return image !== undefined
  return upgrades.every(({ found }) => found.kind === 'unnamed')
}

function print({ upgrades, problems, more, from, to }: Upgrades, out: Output): void {
  out.line(out.paint('dim', `${from?.slice(0, 7) ?? 'nothing'} -> ${to?.slice(0, 7) ?? 'nothing'}`))
  for (const upgraded of upgrades) {
    out.line(
      `${out.paint('bold', upgraded.image)} ${upgraded.from} -> ${upgraded.to}: ${wordsOf(upgraded.found)}`,
    )
    if (upgraded.found.kind === 'commits') printFound(upgraded.found, out)
    if (upgraded.found.kind === 'unknown') printUnknown(upgraded.found, out)
  }
  if (upgrades.length === 0) out.line('No such image changes between them.')
  if (more > 0) out.line(out.paint('dim', `${more} more images change.`))
  for (const { code, message } of problems) out.line(out.paint('red', `${code}: ${message}`))
}

type Found = Extract<SourceFound, { readonly kind: 'commits' }>

function wordsOf(found: SourceFound): string {
  if (found.kind === 'unnamed') return 'the app names no source of it'
  if (found.kind === 'unknown') return 'what is in it is not known'
  const { direction, brought, takenBack, clone } = found
  const of = `of ${clone.name}${found.folder === undefined ? '' : `/${found.folder}`}`
  switch (direction) {
    case 'same':
      return `the same commit ${of}`
    case 'upgrade':
      return `${counted(brought)} ${of}`
    case 'downgrade':
      return `takes back ${counted(takenBack)} ${of}`
    case 'diverged':
      return `brings ${counted(brought)} ${of} and takes back ${counted(takenBack)}`
    default:
      return assertNever(direction)
  }
}

function counted({ total }: SourceCommits): string {
  return `${total} commit${total === 1 ? '' : 's'}`
}

function printFound({ brought, takenBack, from, to, cut }: Found, out: Output): void {
  out.line(
    out.paint('dim', `  ${from.commit.slice(0, 7)} (${from.how}) -> ${to.commit.slice(0, 7)} (${to.how})`),
  )
  for (const [sign, side] of [
    ['+', brought],
    ['-', takenBack],
  ] as const) {
    const rows = side.commits.map(({ oid, committedAt, author, parents, subject }) => [
      `  ${out.paint(sign === '+' ? 'green' : 'red', sign)} ${oid.slice(0, 7)}`,
      committedAt.slice(0, 10),
      author.name,
      `${parents.length > 1 ? 'merge: ' : ''}${subject}`,
    ])
    if (rows.length > 0) out.line(table(rows))
    const left = side.total - side.commits.length
    if (left > 0) out.line(out.paint('dim', `  ${sign} and ${left} older`))
  }
  if (cut) out.line(out.paint('yellow', '  The source clone is shallow: there may be more.'))
}

function printUnknown(found: Extract<SourceFound, { readonly kind: 'unknown' }>, out: Output): void {
  const { failure, lookedFor } = found
  out.line(out.paint('red', `  ${failure.code}: ${failure.message}`))
  if (lookedFor.length > 0) out.line(out.paint('dim', `  Looked for ${lookedFor.join(', ')}.`))
  if (failure.hint !== undefined) out.line(out.paint('dim', `  ${failure.hint}`))
}
