import type { Comparison, Side } from '#contract'
import { Exit } from '../exit.ts'
import type { Output } from '../output.ts'
import type { Session } from '../session.ts'

export type CompareFlags = { readonly patch?: boolean; readonly markdown?: boolean }

/** `compare APP FROM TO`: what differs in meaning between two sides, and which files. Exit 1 where anything differs. */
export async function compareSides(
  session: Session,
  out: Output,
  appName: string | undefined,
  { words: [from, to], flags }: { readonly words: readonly string[]; readonly flags: CompareFlags },
): Promise<void> {
  if (from === undefined || to === undefined) throw new Exit(2, 'Name two sides: compare APP FROM TO.')
  const { id: appId } = await session.app(appName)
  const request = { appId, from: await sideOf(session, from), to: await sideOf(session, to) }
  const comparison = await session.client.call('compare.run', request)
  out.value(comparison)
  if (flags.patch === true || flags.markdown === true) {
    const format = flags.patch === true ? 'patch' : 'markdown'
    out.line((await session.client.call('compare.export', { request, format })).text.trimEnd())
  } else print(comparison, out)
  if (comparison.changes.length + comparison.files.length > 0) throw new Exit(1)
}

/** `live`, `worktree` and `index` are names of sides, `app:NAME` or `app:NAME@REVISION` is another app; all else is for git to resolve. */
async function sideOf(session: Session, word: string): Promise<Side> {
  if (word === 'live' || word === 'worktree' || word === 'index') return { kind: word }
  const [, name, revision] = /^app:([^@]+)(?:@(.+))?$/.exec(word) ?? []
  if (name === undefined) return { kind: 'revision', revision: word }
  const { id } = await session.app(name)
  return { kind: 'app', appId: id, ...(revision === undefined ? {} : { revision }) }
}

function print({ from, to, changes, files, problems }: Comparison, out: Output): void {
  out.line(`${from.words} -> ${to.words}`)
  for (const { key, kind, words } of changes)
    out.line(`${out.paint('bold', kind)} ${key.kind}/${key.name}: ${words.join(', ')}`)
  for (const { path, before, after } of files)
    out.line(out.paint('dim', `  ${before === undefined ? 'A' : after === undefined ? 'D' : 'M'} ${path}`))
  for (const { code, message } of problems) out.line(out.paint('red', `  ${code}: ${message}`))
  if (changes.length + problems.length === 0) out.line('Nothing differs in meaning.')
}
