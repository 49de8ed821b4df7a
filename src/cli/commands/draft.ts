import type { Draft, DraftAction, DraftRequest, LandingMode, Plan, Resolution, SafetyReport } from '#contract'
import { CallError } from '#contract'
import { approve, decisionsOf } from '../approve.ts'
import { Exit } from '../exit.ts'
import { follow } from '../follow.ts'
import type { Output } from '../output.ts'
import type { Session } from '../session.ts'
import { showTrust } from '../trust.ts'
import { printPlan } from './diff.ts'

export type DraftFlags = {
  readonly dryRun?: boolean
  readonly message?: string
  readonly ticket?: string
  readonly includeShared?: boolean
  readonly excludeShared?: boolean
  readonly push?: boolean
  readonly pullRequest?: boolean
  readonly sync?: boolean
  readonly yes?: boolean
  readonly confirmContext?: string
  readonly ours?: readonly string[]
  readonly theirs?: readonly string[]
  readonly only?: readonly string[]
  readonly object?: readonly string[]
  readonly mainline?: number
  readonly folder?: string
}

/** `return`, `undo`, `scale`: a draft, shown; with approval committed and pushed, with `--sync` also synced. */
export async function runDraft(
  session: Session,
  out: Output,
  appName: string | undefined,
  request: { readonly action: DraftAction; readonly flags: DraftFlags },
): Promise<void> {
  const { action, flags } = request
  const app = await session.app(appName)
  const shared = flags.includeShared === true ? 'include' : flags.excludeShared === true ? 'exclude' : 'ask'
  const asked = { appId: app.id, action, shared, ...landingOf(flags) } as const
  const draft = await resolvedDraft(session, asked, flags)
  printDraft(draft, out)
  const [block] = draft.blocks
  if (block !== undefined) throw new Exit(3, `${block.code}: ${block.message}`)
  const plan = await planOf(session, draft, flags, out)
  const safety = action.kind === 'scale' ? undefined : await safetyOf(session, draft, out)
  if (flags.dryRun === true) {
    out.value({ draft, plan, ...(safety === undefined ? {} : { safety }) })
    return
  }
  if (draft.needs.includes('shared'))
    throw new Exit(3, 'DRAFT_NEEDS_CHOICE: say --include-shared or --exclude-shared.')
  if (draft.needs.includes('does-not-render'))
    out.note('The result does not render; going on since it was asked for.')
  const trust = await showTrust(session, out, app)
  await approve(`${whereWords(draft.landing)}${plan === undefined ? '' : ' and sync'}?`, flags.yes)
  await trust()
  const { operationId } = await session.client.call('draft.land', {
    draftId: draft.id,
    fingerprint: draft.fingerprint,
    message: messageOf(draft, flags),
    acceptNotRendering: true,
    ...(flags.confirmContext === undefined ? {} : { confirmedContext: flags.confirmContext }),
    ...(plan === undefined
      ? {}
      : {
          sync: {
            planId: plan.id,
            fingerprint: plan.fingerprint,
            decisions: decisionsOf(plan, {
              prune: plan.counts.prune !== undefined && plan.counts.prune > 0,
              rollback: true,
              ...(flags.confirmContext === undefined ? {} : { confirmedContext: flags.confirmContext }),
            }),
          },
        }),
  })
  out.value(await follow(session, out, operationId))
}

/** Whole sides for the conflicts that the flags name: what is decided may uncover the next one, of an older commit. */
async function resolvedDraft(
  session: Session,
  asked: DraftRequest,
  { ours = [], theirs = [] }: DraftFlags,
): Promise<Draft> {
  let resolutions: readonly Resolution[] = []
  for (;;) {
    const draft = await session.client.call('draft.create', { ...asked, resolutions })
    const found = draft.conflicts.flatMap(({ path, token }): readonly Resolution[] => {
      if (ours.includes(path)) return [{ take: 'ours', path, token }]
      return theirs.includes(path) ? [{ take: 'theirs', path, token }] : []
    })
    if (found.length === 0) {
      requireUsed([...ours, ...theirs], resolutions)
      return draft
    }
    await session.client.call('draft.discard', { draftId: draft.id })
    resolutions = [...resolutions, ...found]
  }
}

/** What speaks for and against the result; without a cluster there is nothing to say. */
async function safetyOf(session: Session, draft: Draft, out: Output): Promise<SafetyReport | undefined> {
  try {
    const report = await session.client.call('draft.safety', { draftId: draft.id })
    for (const { level, code, words } of report.reasons)
      out.line(out.paint(tones[level], `  ${level} ${code}: ${words}`))
    return report
  } catch (error) {
    if (!(error instanceof CallError)) throw error
    out.note(`No safety report: ${error.failure.message}`)
    return undefined
  }
}

const tones = { danger: 'red', caution: 'yellow', unknown: 'yellow', note: 'green' } as const

/** A side for a file that is in no conflict is a slip: what lands would not be what was meant. */
function requireUsed(named: readonly string[], resolutions: readonly Resolution[]): void {
  const stray = named.find((path) => !resolutions.some((one) => one.path === path))
  if (stray !== undefined) throw new Exit(2, `BAD_REQUEST: ${stray} is in no conflict; nothing was done.`)
}

function landingOf({ push, pullRequest }: DraftFlags): { readonly landing?: LandingMode } {
  if (push === false && pullRequest === true)
    throw new Exit(2, 'BAD_REQUEST: --no-push and --pull-request exclude each other.')
  if (pullRequest === true) return { landing: 'pull-request' }
  return push === false ? { landing: 'local' } : {}
}

function whereWords({ mode, remote, branch, proposal }: Draft['landing']): string {
  if (mode === 'local') return `Commit to ${branch}`
  if (mode === 'push') return `Commit to ${remote}/${branch}`
  return `Push to ${proposal?.remote}/${proposal?.branch}, to be merged into ${remote}/${branch},`
}

async function planOf(
  session: Session,
  draft: Draft,
  flags: DraftFlags,
  out: Output,
): Promise<Plan | undefined> {
  if (flags.sync !== true && flags.dryRun !== true) return undefined
  try {
    const plan = await session.client.call('draft.plan', { draftId: draft.id })
    printPlan(plan, out)
    // Its own controller syncs what is pushed: there is nothing to refuse, and nothing to approve.
    if (plan.companion !== undefined) return undefined
    if (flags.sync === true && plan.blocks[0] !== undefined)
      throw new Exit(3, `${plan.blocks[0].code}: ${plan.blocks[0].message}`)
    return flags.sync === true ? plan : undefined
  } catch (error) {
    // A dry run without a cluster still shows the draft.
    if (flags.sync === true || !(error instanceof CallError)) throw error
    out.note(`No cluster plan: ${error.message}`)
    return undefined
  }
}

function messageOf(draft: Draft, flags: DraftFlags) {
  const { body } = draft.message
  const subject = withTicket(draft.message.subject, flags.ticket)
  if (flags.message === undefined) return { subject, body }
  const [first = subject, ...rest] = flags.message.split('\n')
  return { subject: first, body: rest.length === 0 ? body : rest.join('\n').trim() }
}

function withTicket(subject: string, ticket: string | undefined): string {
  return ticket === undefined ? subject : subject.replaceAll('{ticket}', () => ticket)
}

function printDraft(draft: Draft, out: Output): void {
  out.line(out.paint('bold', draft.message.subject))
  for (const { source, before, after } of draft.edits)
    out.line(`  ${source.file}:${source.line}: ${before} -> ${after}`)
  for (const { path } of draft.files) out.line(`  ${path}`)
  for (const line of draft.message.body.split('\n')) if (line !== '') out.line(out.paint('dim', `  ${line}`))
  for (const { path, apps } of draft.shared)
    out.line(out.paint('yellow', `  ${path} is also read by ${apps.map(({ name }) => name).join(', ')}`))
  for (const { name, words } of draft.along ?? [])
    out.line(`  ${name}: ${words.length === 0 ? 'no rendered change' : words.join('; ')}`)
  for (const { path, why } of draft.conflicts) out.line(out.paint('red', `  ${path}: ${why}`))
  for (const { message } of draft.problems) out.line(out.paint('red', `  ${message}`))
  for (const warning of draft.warnings) out.line(out.paint('yellow', `  ${warning}`))
}
